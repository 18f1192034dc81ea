"""Our PDF of an invoice: what it says, in any currency and script, over any number of pages."""

import datetime as dt
import re
from collections import defaultdict
from decimal import Decimal

import lxml.html
import pytest
from pypdf.generic import ContentStream, NullObject

from arportal.documents.branding.letterheads import letterhead, letterhead_of
from arportal.documents.figures import MINUS
from arportal.documents.invoices import DocumentFailed, job_of, our_pdf
from arportal.documents.rendering.worker import render_pdf
from arportal.mirror.models import ExtraField
from arportal.stores.access import NotAllowed
from tests.documents.conftest import opened, text_of
from tests.documents.papers import HOME, a_line, an_invoice
from tests.whole import only_whole, whole_or


def test_it_works(viewer, open_invoices):
    invoice = open_invoices[0]
    made = our_pdf(viewer, invoice)
    text = text_of(opened(made.content))
    assert made.filename.startswith(f"INV-{invoice.number.removeprefix('INV-')} ")
    for words in (invoice.number, invoice.company_name, viewer.store.name, "Page 1 of 1", "Amount due"):
        assert words in text


def test_a_company_that_is_not_ones_own(viewer, open_invoices):
    viewer.all_companies = False
    with pytest.raises(NotAllowed):
        our_pdf(viewer, open_invoices[0])


def test_it_says_who_sends_it_and_how_to_pay(printed, store):
    text = text_of(printed(an_invoice(store)))
    for words in (
        *("Harbour & Sons <Trading>", "Quay 7", "Tax ID GB 000 0000 00", "Registered in England"),
        *("Pay to", "IBAN GB00 HARB", "Pay within 30 days.", "give 2026-0715 as the reference"),
        *("Bill to", "Mill Lane 4", "November 2, 2026", "December 2, 2026", "PO number 4500017"),
    ):
        assert words in text


@pytest.fixture
def said(store, branding):
    """What the PDF of an invoice will say, its white space made one: the text of the HTML it is made of."""

    def said(invoice) -> str:
        html = job_of(letterhead(store, branding), invoice).html
        return " ".join(" ".join(lxml.html.fromstring(html).itertext()).split())

    return said


def test_amounts_have_their_currencys_decimals(said, store):
    cases = [
        ("USD", "1428", ("Total (USD) 1,428.00", "VAT 20 % 238.00")),
        ("JPY", "1428", ("Total (JPY) 1,428", "VAT 20 % 238 ")),
        ("KWD", "1428.125", ("Total (KWD) 1,428.125", "VAT 20 % 238.000")),
        ("USD", "0.0001", ("Total (USD) 0.0001",)),
        ("XTS", "5", ("Total (XTS) 5.00",)),
    ]
    missing = []
    for currency, balance, figures in cases:
        amount = Decimal(balance)
        text = said(an_invoice(store, 1, currency, original_balance=amount, open_balance=amount))
        missing += [figure for figure in figures if figure not in text]
    assert missing == []


def test_what_is_left_to_pay(said, store):
    cases = [
        (100, 100, ("Total (USD) 100.00", "Amount due (USD) 100.00", "How to pay"), ("Paid to date",)),
        (100, 40, ("Paid to date -60.00", "Amount due (USD) 40.00", "How to pay"), ()),
        (100, 0, ("Paid to date -100.00", "Amount due (USD) 0.00"), ("How to pay",)),
        (100, -5, ("Paid to date -105.00", "Credit (USD) -5.00"), ("How to pay", "Amount due")),
        (-100, -40, ("Credit note", "Total credit (USD) -100.00", "Used so far 60.00", "Credit left (USD) -40.00"),
         ("How to pay", "Amount due", "Due ")),
    ]  # fmt: skip
    for total, left, words, unsaid in cases:
        text = said(an_invoice(store, original_balance=Decimal(total), open_balance=Decimal(left)))
        text = text.replace(MINUS, "-")
        assert [each for each in words if each not in text] == []
        assert [each for each in unsaid if each in text] == []


def test_a_line_with_a_discount_and_one_in_another_currency(said, store):
    dollar = {"code": "USD", "value": "10"}
    lines = [
        a_line(1, quantity="3", unitPrice=dollar, unitDiscount={"code": "USD", "value": "2.5"}),
        a_line(2, quantity="2", unitPrice={"code": "EUR", "value": "4"}),
        a_line(3, quantity="2", unitPrice=dollar, unitDiscount={"code": "EUR", "value": "1"}),
        a_line(4, quantity=None, unitPrice=None),
    ]
    text = said(an_invoice(store, lines))
    assert "10.00 less 2.50 22.50" in text
    assert "4.00 EUR 8.00 EUR" in text
    # Nothing is added over currencies, and nothing guessed.
    assert "less 1.00 EUR WH-0004" in text


@only_whole("test_totals_never_stand_alone")
def test_200_lines_have_their_head_on_every_page_and_totals_beside_lines(printed, store):
    pdf = printed(an_invoice(store, 200))
    pages = [page.extract_text() for page in pdf.pages]
    assert len(pages) > 5
    lines = [page for page in pages if "WH-" in page]
    assert all("Unit price" in page for page in lines)
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, 1))
    assert all("Invoice 2026-0715" in page for page in pages[1:])
    assert sum(page.count("WH-") for page in pages) == 200
    assert "Amount due" in lines[-1]


@pytest.mark.parametrize("count", whole_or(range(8, 34, 5), (13, 18)))
def test_totals_never_stand_alone(printed, store, count):
    pages = [page.extract_text() for page in printed(an_invoice(store, count)).pages]
    total = next(page for page in pages if "Amount due" in page)
    assert total.count("WH-") >= 2
    assert "Subtotal" in total


def test_other_scripts(printed, store):
    lines = [
        a_line(1, description="مضخة مياه صناعية"),
        a_line(2, description="工业用球阀"),
        a_line(3, description="Помпа"),
    ]
    address = HOME | {"city": "القاهرة"}
    text = text_of(printed(an_invoice(store, lines, company_name="山田商店", address=address)))
    assert "山田商店" in text
    assert "工业用球阀" in text
    assert "Помпа" in text


def test_emoji_have_a_font(store):
    line = a_line(1, description="Gift box 📦 🥳 🫶 ✅")
    made = render_pdf(job_of(letterhead_of(store), an_invoice(store, [line])))
    fonts = {font["/BaseFont"] for page in opened(made.content).pages for font in _fonts(page)}
    assert made.missing == ""
    assert any("Emoji" in font for font in fonts), fonts


def _fonts(page):
    return [font.get_object() for font in page["/Resources"]["/Font"].values()]


def test_what_is_written_from_right_to_left_runs_so(store):
    lines = [
        a_line(1, description="مضخة"),
        a_line(2, description="Pump مضخة"),
        a_line(3, description="12 צינור"),
    ]
    html = re.sub(r">\s+", ">", job_of(letterhead_of(store), an_invoice(store, lines)).html)
    assert '<td dir="rtl">مضخة' in html
    assert "<td>Pump مضخة" in html
    assert '<td dir="rtl">12 צינור' in html


def test_the_lines_of_the_templates_make_no_boxes(store):
    job = job_of(letterhead_of(store), an_invoice(store, terms="One\nline\n\nafter the other"))
    assert "One\nline\n\nafter the other" in job.html
    assert not re.search(r">\s+<", job.html)


HOSTILE = "</td><script>x</script><img src=file:///etc/passwd>{{ 7|add:7 }}{% now %}&lt;b&gt;"


def test_what_the_api_says_is_text(printed, store):
    lines = [a_line(1, sku=HOSTILE, description=HOSTILE, comments=HOSTILE)]
    invoice = an_invoice(store, lines, company_name=HOSTILE, number=HOSTILE, terms=HOSTILE)
    html = job_of(letterhead_of(store), invoice).html
    assert "<script" not in html
    assert "<img" not in html
    assert "{{ 7|add:7 }}" in html
    pdf = printed(invoice)
    assert "<script>x</script>" in text_of(pdf)
    assert sum(len(page.images) for page in pdf.pages) == 0


def test_characters_that_deceive_are_left_out(store):
    tricks = "Pay \u202e00.1\u202c EUR\u2066\u2069\x07\ufeff\x00"
    html = job_of(letterhead_of(store), an_invoice(store, company_name=tricks, number=f"7{tricks}")).html
    assert "Pay 00.1 EUR" in html
    assert not set("\u202e\u202c\u2066\u2069\x07\ufeff\x00") & set(html)


def test_a_very_long_word_is_broken(printed, store):
    letters = whole_or(8_000, 400)
    text = text_of(printed(an_invoice(store, [a_line(1, sku="S" * letters)], number="9" * 300)))
    assert text.count("S") >= letters


@pytest.mark.parametrize(
    ("balance", "css"),
    [("99999999.99", "lines"), ("100000000", "lines wide"), ("99999999999999.9999", "lines wide widest")],
)
def test_figures_that_would_not_fit_their_columns_get_room(store, balance, css):
    invoice = an_invoice(store, open_balance=Decimal(balance), original_balance=Decimal(balance))
    assert f'class="{css}"' in job_of(letterhead_of(store), invoice).html


def test_more_than_can_be_printed_is_refused_with_a_reason(store):
    invoice = an_invoice(store, [a_line(1, description="x " * 160_000)])
    with pytest.raises(DocumentFailed, match="too long"):
        job_of(letterhead_of(store), invoice)


def test_parts_that_cannot_be_read_leave_the_balances(said, store):
    invoice = an_invoice(store)
    for raw in (
        {},
        {"details": None},
        {"details": []},
        {"details": {"header": {"costLines": 7}}},
        {"extraFields": 7},
    ):
        invoice.raw = raw
        assert "Amount due (USD) 1,428.00" in said(invoice), raw


def test_without_an_address_of_its_own_the_companys_is_taken(said, store, company):
    invoice = an_invoice(store, company_id=company.api_id, address={})
    text = said(invoice)
    assert company.raw["addressLine1"]
    assert company.raw["addressLine1"] in text


def test_goods_that_go_elsewhere(said, store):
    elsewhere = HOME | {"street1": "Dock Road 1"}
    text = said(an_invoice(store, shipping=[HOME, elsewhere, elsewhere]))
    assert text.count("Ship to") == 1
    assert "Dock Road 1" in text


def test_only_what_the_merchant_shows_to_buyers(said, store):
    kinds = {"Gate": True, "Patience": False}
    for name, shown in kinds.items():
        raw = {"fieldName": name, "fieldType": 0, "visibleToEnduser": shown}
        ExtraField.objects.create(store=store, of="invoices", name=name, type=0, is_required=False, raw=raw)
    extra = [{"fieldName": name, "fieldValue": "high"} for name in kinds]
    text = said(an_invoice(store, extra=extra))
    assert "Gate high" in text
    assert "Patience" not in text


def test_dates_are_the_stores(said, store, branding):
    store.time_zone = "Pacific/Auckland"
    late = dt.datetime(2026, 11, 2, 20, 0, tzinfo=dt.UTC)
    assert "Date November 3, 2026" in said(an_invoice(store, issued_at=late))


def test_terms_and_shipments(said, store):
    shipments = [{"shipDate": "Nov 3", "shipVia": "Lorry", "trackingNumber": "TR-1", "comments": ""}]
    text = said(an_invoice(store, shipments=shipments, terms="Ours until paid."))
    assert "Shipments Nov 3, Lorry, TR-1" in text
    assert "Terms Ours until paid." in text


def test_it_is_made_for_readers_of_every_kind(printed, store):
    pdf = printed(an_invoice(store, 3))
    catalog = pdf.root_object
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert catalog["/Lang"] == "en"
    assert pdf.metadata.title == "Invoice 2026-0715"
    assert pdf.xmp_metadata is not None
    assert b'pdfuaid:part="1"' in catalog["/Metadata"].get_object().get_data()
    tags = tags_of(catalog["/StructTreeRoot"])
    assert tags.count("/TR") >= 7
    assert {"/Table", "/THead", "/TBody", "/TH", "/TD", "/H1", "/H2", "/P"} <= set(tags)


def tags_of(element) -> list[str]:
    """The kinds of all elements of the structure, in reading order."""
    kids = element.get("/K", [])
    kids = kids if isinstance(kids, list) else [kids]
    inner = [kid.get_object() for kid in kids if not isinstance(kid, int)]
    own = [element["/S"]] if "/S" in element else []
    return own + [tag for kid in inner if "/S" in kid or "/K" in kid for tag in tags_of(kid)]


def test_all_that_is_painted_is_told_or_said_to_be_no_content(printed, store):
    """Every mark of every page is in the structure; running heads, small print and page numbers are artifacts."""
    pdf = printed(an_invoice(store, whole_or(60, 30)))
    root = pdf.root_object["/StructTreeRoot"]
    told = marks_of(root)
    for number, page in enumerate(pdf.pages):
        stream = ContentStream(page.get_contents(), pdf)
        kinds = [operands for operands, operator in stream.operations if operator in (b"BDC", b"BMC")]
        marks = [operands[1]["/MCID"] for operands in kinds if len(operands) > 1 and "/MCID" in operands[1]]
        assert set(marks) == told[page.indirect_reference.idnum]
        running = [operands for operands in kinds if operands[1:] == [{"/Type": "/Pagination"}]]
        assert len(running) == (2 if number == 0 else 3)
        parents = root["/ParentTree"]["/Nums"][2 * number + 1]
        known = {mark for mark, parent in enumerate(parents) if not isinstance(parent, NullObject)}
        assert known == set(marks)


def marks_of(element, found=None) -> dict[int, set[int]]:
    """Page → the marks that the structure tells of."""
    found = defaultdict(set) if found is None else found
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        if isinstance(kid, int):
            found[element.raw_get("/Pg").idnum].add(kid)
        elif "/K" in kid.get_object():
            marks_of(kid.get_object(), found)
    return found
