"""Reading an e-invoice of anybody: what it says, whether it is valid, and what no file can do."""

import io
import json
import zlib
from dataclasses import replace

import pikepdf
import pytest

from arportal.documents.einvoices import read_back as reading
from arportal.documents.einvoices.making import einvoice_pdf
from arportal.documents.einvoices.profiles import Profile
from arportal.documents.einvoices.read_back import WHY, Unreadable, read_back
from arportal.documents.einvoices.reading.reader import MOST_XML, Refused, read
from arportal.documents.einvoices.writing.xml import xml_of
from tests.documents.einvoices.cases import Case, as_read
from tests.whole import only_whole

DOCTYPE = b'<!DOCTYPE Invoice [<!ENTITY a "%s">]><Invoice>&a;</Invoice>'


@pytest.fixture(scope="module")
def ubl() -> bytes:
    return xml_of(Case().document(), Profile.PEPPOL)


def pdf_with(name: str = "", content: bytes = b"", **options) -> bytes:
    file = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        if name:
            pdf.attachments[name] = content
        pdf.save(file, **options)
    return file.getvalue()


def test_our_own_pdf(viewer, store, settings, tmp_path):
    settings.PDF_CACHE = tmp_path
    case = Case()
    invoice = case.invoice()
    invoice.store, invoice.company_id, invoice.api_id = store, 70, 7
    read = read_back(einvoice_pdf(viewer, invoice, case.facts, case.buyer).content)
    assert (read.is_pdf, read.syntax, read.profile, read.is_valid) == (True, "CII", "EN 16931", True)
    assert (read.xsd, read.sums) == ((), ())
    assert read.document == as_read(case.document(), Profile.FACTUR_X)


@pytest.fixture
def in_this_process(monkeypatch):
    """Reading without a process of its own, which takes a second: one test has that."""
    monkeypatch.setattr(reading, "_said", lambda content: json.loads(json.dumps(read(content))))


def test_what_is_wrong_with_it(in_this_process, ubl):
    wrong = ubl.replace(b">1285.80<", b">1286.80<").replace(b"<cbc:Name>VAT</cbc:Name>", b"")
    read = read_back(wrong)
    assert (read.is_pdf, read.syntax, read.profile, read.is_valid) == (
        False,
        "UBL",
        "Peppol BIS Billing 3.0",
        False,
    )
    assert {finding.rule for finding in read.schematron} == {"BR-CO-15"}
    [reason] = read.sums
    assert (reason.rule, str(reason.by)) == ("BR-CO-15", "1.00 EUR")
    xrechnung = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0#conformant#x"
    assert replace(read, specification=xrechnung).profile == "XRechnung 3.0"
    assert replace(read, specification="urn:of:somebody").profile == "urn:of:somebody"


def test_what_is_not_one(ubl):
    """By the program that reads, in this process: each of these it refuses before anything else looks at it."""
    bomb = b"<!DOCTYPE Invoice [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'>]><Invoice>&b;</Invoice>"
    deep = b"<Invoice>" * 100_000
    cases = {
        "xml": (b"", b"no invoice", b"PK\3\4", deep, b"<Invoice>\xff</Invoice>", ubl[:-20]),
        "doctype": (bomb, DOCTYPE % b"x", b"<!DOCTYPE Invoice SYSTEM 'http://127.0.0.1:9/x.dtd'><Invoice/>"),
        "no invoice": (b"<html/>", b"<Order/>"),
        "size": (b"<Invoice>" + b" " * MOST_XML + b"</Invoice>",),
        "pdf": (b"%PDF-1.7", b"%PDF-1.7 " + ubl, pdf_with()[:80]),
        "nothing inside": (pdf_with(), pdf_with("terms.txt", b"none")),
        "password": (pdf_with("factur-x.xml", ubl, encryption=pikepdf.Encryption(owner="o", user="u")),),
    }
    assert set(cases) == set(WHY)
    for why, contents in cases.items():
        for content in contents:
            with pytest.raises(Refused, match=f"^{why}$"):
                read(content)


def test_a_file_of_this_machine_is_not_read(tmp_path):
    (tmp_path / "secret").write_text("canary")
    outside = f"<!DOCTYPE Invoice [<!ENTITY a SYSTEM 'file://{tmp_path}/secret'>]><Invoice>&a;</Invoice>"
    with pytest.raises(Refused):
        read(outside.encode())


def test_an_xml_of_another_name_inside(ubl):
    assert read(pdf_with("rechnung.XML", ubl))["syntax"] == "UBL"


def test_broken_values_are_told_by_the_rules(ubl):
    for good, bad in (
        (b">2026-03-02<", b">yesterday<"),
        (b">1285.80<", b">NaN<"),
        (b">1285.80<", b">1e999999999<"),
        (b"<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>", b""),
        (b"<cbc:ID>INV-2026-00042</cbc:ID>", b"<cbc:ID/>"),
    ):
        assert good in ubl
        said = read(ubl.replace(good, bad))
        assert said["xsd"] or said["schematron"], bad
        # Whatever it says can be added up without falling over.
        tuple(reading.broken_by_sums(reading.document_from(said["terms"])))


def test_people_are_told_why(ubl):
    with pytest.raises(Unreadable, match="neither a PDF nor"):
        read_back(b"none")
    with pytest.raises(Unreadable, match="too large"):
        read_back(b" " * (reading.MOST_BYTES + 1))


def test_what_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(reading, "SECONDS", 0.05)
    with pytest.raises(Unreadable, match="half a minute"):
        read_back(b"<Invoice/>")


@only_whole("test_what_takes_too_long_is_ended")
def test_what_takes_too_much_memory_is_ended():
    """A few kilobytes that unpack to more than the reader may have."""
    packing = zlib.compressobj(1)
    packed = b"".join(packing.compress(bytes(1_000_000)) for _ in range(1100)) + packing.flush()
    file = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.attachments["factur-x.xml"] = b"x"
        stream = pdf.attachments["factur-x.xml"].get_file().obj
        stream.write(zlib.compress(packed), filter=[pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode])
        pdf.save(file, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert len(file.getvalue()) < 100_000
    with pytest.raises(Unreadable, match=r"damaged|more time or memory"):
        read_back(file.getvalue())
