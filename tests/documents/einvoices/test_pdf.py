"""The PDF with the invoice inside: what readers of Factur-X and of archives look for, by structure."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from facturx import get_facturx_xml_from_pdf, get_level
from lxml import etree

from arportal.documents.branding.letterheads import letterhead
from arportal.documents.einvoices.making import einvoice_pdf, einvoice_xml
from arportal.documents.einvoices.profiles import Profile
from arportal.documents.einvoices.reasons import Incomplete
from arportal.documents.einvoices.writing.xml import xml_of
from arportal.documents.invoices import our_pdf
from arportal.stores.access import NotAllowed
from tests.documents.conftest import opened, text_of
from tests.documents.einvoices.cases import BUYER, REVERSE, SELLER, Case, taxed

XMP = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "fx": "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "schema": "http://www.aiim.org/pdfa/ns/schema#",
    "property": "http://www.aiim.org/pdfa/ns/property#",
}


@pytest.fixture
def case() -> Case:
    return Case(freight=Decimal("12.50"), paid=Decimal(100))


@pytest.fixture
def invoice(case, store):
    invoice = case.invoice()
    invoice.store, invoice.company_id, invoice.api_id = store, 70, 7
    return invoice


@pytest.fixture
def branding(branding):
    branding.bank_details = f"IBAN {SELLER.iban}"
    return branding


@pytest.fixture
def made(viewer, invoice, case, store, branding):
    return einvoice_pdf(viewer, invoice, case.facts, case.buyer, letterhead(store, branding))


def test_it_works(made, case, invoice, viewer):
    assert made.filename == "INV-2026-00042 Fjord & Fells.pdf"
    name, xml = get_facturx_xml_from_pdf(made.content, check_xsd=True)
    assert (name, xml) == ("factur-x.xml", xml_of(case.document(), Profile.FACTUR_X))
    assert get_level(etree.fromstring(xml)) == "en16931"
    assert "Fjord & Fells" in text_of(opened(made.content))


def test_paper_says_what_the_file_says(viewer, invoice, case, store, branding):
    """The law wants some of it on paper, such as why there is no tax."""
    charged = taxed(case, REVERSE)
    invoice.raw = charged.invoice().raw
    invoice.original_balance = invoice.open_balance = Decimal("1084.00")
    pdf = einvoice_pdf(viewer, invoice, charged.facts, charged.buyer, letterhead(store, branding))
    text = text_of(opened(pdf.content))
    for words in (
        SELLER.vat_id,
        SELLER.registration_id,
        BUYER.vat_id,
        BUYER.buyer_reference,
        BUYER.legal_name,
    ):
        assert words in text
    assert "0 % on 1,084.00: 0.00 (Reverse charge: the buyer owes the tax, VATEX-EU-AE)" in text


def test_two_accounts_to_pay_to(viewer, invoice, case, store, branding):
    branding.bank_details = "IBAN GB33 BUKB 2020 1555 5555 55"
    with pytest.raises(Incomplete, match="another account than DE89370400440532013000"):
        einvoice_pdf(viewer, invoice, case.facts, case.buyer, letterhead(store, branding))
    branding.bank_details = "Ask us."
    assert einvoice_pdf(viewer, invoice, case.facts, case.buyer, letterhead(store, branding))


def test_it_is_made_once(made, viewer, invoice, case, store, branding):
    head = letterhead(store, branding)
    again = einvoice_pdf(viewer, invoice, case.facts, case.buyer, head)
    assert (again.was_kept, again.content) == (True, made.content)
    other = einvoice_pdf(viewer, invoice, case.facts, replace(case.buyer, legal_name="Fjord AS"), head)
    assert not other.was_kept
    assert not our_pdf(viewer, invoice, head).was_kept


def test_the_same_invoice_gives_the_same_bytes(
    made, viewer, invoice, case, store, branding, pdf_cache, tmp_path, settings
):
    settings.PDF_CACHE = tmp_path / "elsewhere"
    again = einvoice_pdf(viewer, invoice, case.facts, case.buyer, letterhead(store, branding))
    assert (again.was_kept, again.content) == (False, made.content)


def test_the_file_belongs_to_the_document(made):
    root = opened(made.content).trailer["/Root"]
    [spec] = [entry.get_object() for entry in root["/AF"]]
    assert spec["/AFRelationship"] == "/Alternative"
    assert (spec["/F"], spec["/UF"]) == ("factur-x.xml", "factur-x.xml")
    assert spec["/Desc"]
    file = spec["/EF"]["/F"]
    assert file["/Subtype"] == "/text/xml"
    assert file["/Params"]["/ModDate"].startswith("D:20260302")
    names = root["/Names"]["/EmbeddedFiles"]["/Names"]
    assert list(names[::2]) == ["factur-x.xml"]
    assert names[1].get_object() == spec


def test_metadata_say_what_is_inside(made):
    stream = opened(made.content).trailer["/Root"]["/Metadata"]
    assert "/Filter" not in stream
    packet = etree.fromstring(stream.get_data())
    [rdf] = packet.iterfind("rdf:RDF", XMP)
    said = {name: rdf.findtext(f".//fx:{name}", namespaces=XMP) for name in FX}
    assert said == FX
    aid = rdf.find(".//*[@pdfaid:part]", XMP)
    assert [aid.get(f"{{{XMP['pdfaid']}}}{name}") for name in ("part", "conformance")] == ["3", "A"]
    assert rdf.find(".//*[@pdfuaid:part='1']", XMP) is not None
    # Every property that PDF/A does not know by itself is described.
    described = {
        schema.findtext("schema:namespaceURI", namespaces=XMP): [
            name.text for name in schema.iterfind(".//property:name", XMP)
        ]
        for schema in rdf.iterfind(".//*[schema:namespaceURI]", XMP)
    }
    assert set(described[XMP["fx"]]) == set(FX)
    assert described[XMP["pdfuaid"]] == ["part"]


FX = {
    "ConformanceLevel": "EN 16931",
    "DocumentFileName": "factur-x.xml",
    "DocumentType": "INVOICE",
    "Version": "1.0",
}


def test_it_is_one_to_be_archived(made):
    pdf = opened(made.content)
    root = pdf.trailer["/Root"]
    assert made.content.startswith(b"%PDF-1.7")
    [intent] = [entry.get_object() for entry in root["/OutputIntents"]]
    assert (intent["/S"], intent["/DestOutputProfile"]["/N"]) == ("/GTS_PDFA1", 3)
    assert len(pdf.trailer["/ID"]) == 2
    assert "/Encrypt" not in pdf.trailer
    # What the information dictionary says, the metadata say as well.
    rdf = etree.fromstring(root["/Metadata"].get_data())
    info = pdf.metadata
    assert info["/Producer"] == rdf.find(".//*[@pdf:Producer]", XMP).get(f"{{{XMP['pdf']}}}Producer")
    assert info["/Title"] == rdf.findtext(".//dc:title//rdf:li", namespaces=XMP)
    assert info["/Author"] == rdf.findtext(".//dc:creator//rdf:li", namespaces=XMP)
    fonts = [font.get_object() for page in pdf.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        [inner] = [kind.get_object() for kind in font["/DescendantFonts"]]
        assert "/ToUnicode" in font
        assert {"/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"].get_object())


def test_it_is_tagged_as_ours_are(made, viewer, invoice, store, branding):
    plain = opened(our_pdf(viewer, invoice, letterhead(store, branding)).content)
    pdf = opened(made.content)
    for document in (plain, pdf):
        root = document.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert root["/Lang"] == "en"
    assert set(tags(pdf)) == set(tags(plain)) >= {"/Table", "/TH", "/H1", "/H2"}
    # Running heads and page numbers are artifacts here too.
    assert re.search(rb"/Artifact", pdf.pages[0].get_contents().get_data())


def tags(pdf) -> list[str]:
    def below(element):
        yield str(element["/S"])
        kids = element.get("/K", ())
        for kid in kids if isinstance(kids, list) else [kids]:
            inner = kid.get_object()
            if isinstance(inner, dict) and "/S" in inner:
                yield from below(inner)

    kids = pdf.trailer["/Root"]["/StructTreeRoot"]["/K"]
    return [tag for kid in (kids if isinstance(kids, list) else [kids]) for tag in below(kid.get_object())]


def test_the_xml_alone(viewer, invoice, case):
    name, content = einvoice_xml(viewer, invoice, Profile.PEPPOL, case.facts, case.buyer)
    assert name == "INV-2026-00042 Fjord & Fells peppol.xml"
    assert content == xml_of(case.document(), Profile.PEPPOL)


def test_a_company_that_is_not_ones_own(viewer, invoice, case):
    viewer.all_companies = False
    with pytest.raises(NotAllowed):
        einvoice_pdf(viewer, invoice, case.facts, case.buyer)
    with pytest.raises(NotAllowed):
        einvoice_xml(viewer, invoice, Profile.PEPPOL, case.facts, case.buyer)


def test_never_a_document_that_claims_what_it_is_not(viewer, invoice, case):
    buyer = replace(case.buyer, legal_name="", endpoint_id="", endpoint_scheme="")
    invoice.company_name = ""
    for make in (
        lambda: einvoice_pdf(viewer, invoice, case.facts, buyer),
        lambda: einvoice_xml(viewer, invoice, Profile.FACTUR_X, case.facts, buyer),
    ):
        with pytest.raises(Incomplete) as incomplete:
            make()
        assert [reason.rule for reason in incomplete.value.reasons] == ["BR-07"]
