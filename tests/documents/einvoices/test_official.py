"""What the official XSD and Schematron say of what we write: over every shape, and over many that are drawn."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from arportal.documents.einvoices.profiles import Profile, reasons
from arportal.documents.einvoices.reading.official import (
    FRENCH_CII,
    FRENCH_UBL,
    schematron_findings,
    specification,
    xsd_findings,
)
from arportal.documents.einvoices.reading.reader import terms
from arportal.documents.einvoices.reading.terms import document_from
from arportal.documents.einvoices.writing.xml import xml_of
from tests.documents.einvoices.cases import (
    BILLING,
    EXEMPT,
    EXPORT,
    REVERSE,
    S10,
    S20,
    WITHIN_EU,
    ZERO,
    Case,
    Item,
    as_read,
    taxed,
)
from tests.documents.einvoices.shapes import SHAPES
from tests.whole import only_whole, whole_or

# One of each syntax, and both kinds of document in each.
FEW = ("several rates", "credit note, several rates, used in part", "not subject to tax")
# An invoice may name no place of delivery, but CII has an element for it that must be there.
HARMLESS = {"PEPPOL-EN16931-R008"}


# The two in UBL are judged by the same rules here.
PROFILES = whole_or(tuple(Profile), (Profile.FACTUR_X, Profile.PEPPOL))


def complaints(content: bytes) -> list[str]:
    root = etree.fromstring(content)
    found = [*xsd_findings(root), *schematron_findings(root)]
    return [f"{one.rule}: {one.words}" for one in found if one.rule not in HARMLESS]


@pytest.mark.parametrize("name", whole_or(SHAPES, FEW))
def test_every_shape_is_valid(name):
    document = SHAPES[name].document()
    for profile in PROFILES:
        if not reasons(document, profile):
            assert complaints(xml_of(document, profile)) == []


def test_what_was_written_is_read_back_and_nothing_is_empty():
    for name, case in SHAPES.items():
        document = case.document()
        for profile in Profile:
            if reasons(document, profile):
                continue
            root = etree.fromstring(xml_of(document, profile))
            assert document_from(terms(root)) == as_read(document, profile), (name, profile)
            # Peppol warns of elements that say nothing.
            leaves = [leaf for leaf in root.iter() if not len(leaf)]
            empty = {etree.QName(leaf).localname for leaf in leaves if not (leaf.text or "").strip()}
            assert empty <= {"ApplicableHeaderTradeDelivery"}


def test_a_file_says_what_it_is():
    document = SHAPES["plain"].document()
    names = {profile: specification(etree.fromstring(xml_of(document, profile))) for profile in Profile}
    assert names == {
        Profile.FACTUR_X: "urn:cen.eu:en16931:2017",
        Profile.XRECHNUNG: "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0",
        Profile.PEPPOL: "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
    }


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
CENT = Decimal("0.01")


@st.composite
def items(draw, currency: str, vats: tuple[str, ...]):
    decimals = 0 if currency == "JPY" else 2
    price = draw(st.decimals("0", "5000", places=draw(st.sampled_from([decimals, decimals + 2]))))
    return Item(
        name=draw(texts) + "x",
        quantity=draw(st.one_of(st.decimals("0.001", "500", places=3), st.integers(1, 999).map(Decimal))),
        price=price,
        less=draw(st.just(Decimal(0)) | st.decimals("0", price, places=decimals))
        if price >= 1
        else Decimal(0),
        sku=draw(texts),
        vat=draw(st.sampled_from(vats)),
        comments=draw(texts),
    )


@st.composite
def cases(draw):
    """Any invoice a store may write, whose figures add up."""
    currency = draw(st.sampled_from(["EUR", "EUR", "USD", "JPY", "SEK", "PLN"]))
    kinds = draw(st.sampled_from([("20",), ("10",), ("20", "10"), ("20", "zero"), ("20", "10", "zero")]))
    lines = tuple(draw(st.lists(items(currency, kinds), min_size=1, max_size=9)))
    named = {"20": ("VAT 20%", S20), "10": ("VAT 10%", S10), "zero": ("No VAT", ZERO)}
    used = tuple(dict.fromkeys(item.vat for item in lines))
    small = st.decimals("0", "50", places=0 if currency == "JPY" else 2)
    alone = len(used) == 1
    goods = sum((item.total(currency) for item in lines), Decimal(0))
    case = Case(
        items=lines,
        currency=currency,
        sign=draw(st.sampled_from([1, 1, -1])),
        freight=draw(small) if alone else Decimal(0),
        # With more taken off than there is, it would be a credit.
        discount=min(draw(small), goods) if alone else Decimal(0),
        taxes=tuple(named[kind] for kind in used),
        paid=draw(small),
        shipping=draw(st.sampled_from([(), (BILLING,)])),
        ship_date=draw(st.sampled_from(["", "2026-03-01"])),
        terms=draw(texts),
        due=True,
        po=draw(texts),
    )
    other = draw(st.sampled_from([None, None, None, REVERSE, ZERO, EXEMPT, EXPORT, WITHIN_EU]))
    if other is None:
        return case
    if other is WITHIN_EU:
        case = replace(case, shipping=(BILLING,), ship_date="2026-03-01")
    return taxed(replace(case, items=tuple(replace(item, vat="") for item in case.items)), other)


@settings(
    max_examples=whole_or(400, 8),
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(cases())
def test_whatever_adds_up_is_valid(case):
    document = case.document()
    for profile in PROFILES:
        wants = {reason.rule for reason in reasons(document, profile)}
        assert wants <= {"BR-DE-18", "PEPPOL-EN16931-R003", "PEPPOL-EN16931-R120"}
        if not wants:
            assert complaints(xml_of(document, profile)) == []


@only_whole("test_every_shape_is_valid")
def test_what_france_says():
    """As information: what its platforms want beyond EN 16931 is said in docs, and no promise of ours."""
    said = set()
    for case in SHAPES.values():
        document = case.document()
        for profile, rules in ((Profile.FACTUR_X, FRENCH_CII), (Profile.PEPPOL, FRENCH_UBL)):
            if not reasons(document, profile):
                root = etree.fromstring(xml_of(document, profile))
                said |= {one.rule for one in schematron_findings(root, rules)}
    # Words that French law wants, the kind of sale, the seller's SIREN, what a credit note corrects, and euros.
    assert said == {"BR-FR-05", "BR-FR-08", "BR-FR-10", "BR-FR-CO-05", "BR-FR-CO-12"}
