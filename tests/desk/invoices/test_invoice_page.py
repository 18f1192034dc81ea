"""One invoice: its lines, how the balance comes about, its payments and its PDF."""

import re
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from arportal.b2b import Money
from arportal.desk.format.formats import formatter
from arportal.desk.invoices.sheet import sheet_of
from arportal.documents.branding.letterheads import letterhead_of
from arportal.documents.invoices import job_of
from arportal.mirror.models import Invoice, Payment, PaymentLine
from tests.whole import only_whole, whole_or


@pytest.fixture
def invoice(open_invoices) -> Invoice:
    return open_invoices[0]


@pytest.fixture
def partly_paid(store) -> Invoice:
    paid = PaymentLine.objects.filter(store=store).values("invoice_id")
    return Invoice.objects.filter(store=store, status=1, api_id__in=paid).order_by("api_id")[0]


def get(browse, person, invoice, page: str = ""):
    return browse(person).get(f"/s/demo/invoices/{invoice.api_id}/{page}")


def test_it_works(viewer, invoice, browse):
    text = get(browse, viewer, invoice).content.decode()
    line = invoice.raw["details"]["details"]["lineItems"][0]
    for words in (invoice.number, invoice.company_name, line["sku"], "Subtotal", "Billing"):
        assert words in text


@only_whole("test_a_lines_total_is_the_same_on_the_page_and_in_our_pdf")
def test_the_total_stands_under_the_lines(viewer, invoice, browse):
    text = get(browse, viewer, invoice).content.decode()
    foot = re.search(r"<tfoot>(.*?)</tfoot>", text, re.DOTALL)[1]
    last = re.sub(r"<[^>]+>", " ", foot.rpartition("<tr")[2]).split()
    assert last[-3:] == ["Total", *formatter().figure(invoice.original_money).split(), invoice.currency]


def test_a_credit_note_is_called_one(viewer, invoice, browse):
    Invoice.objects.filter(pk=invoice.pk).update(original_balance=-20, open_balance=-20)
    text = get(browse, viewer, invoice).content.decode()
    assert re.search(rf"<title>Credit note {invoice.number}\s+· arportal</title>", text)
    assert re.search(rf"<h1>\s*Credit note {invoice.number}\b", text)
    assert "Record payment" not in text


def test_the_arithmetic_adds_up(viewer, partly_paid):
    sheet = sheet_of(viewer, partly_paid)
    assert sheet.paid.amount > 0
    assert sheet.invoice.original_money + sheet.paid_negative + sheet.adjusted == sheet.invoice.open_money


def test_a_refunded_payment_is_shown_but_not_counted(viewer, partly_paid):
    before = sheet_of(viewer, partly_paid)
    paid = before.payments[0].payment
    type(paid).objects.filter(pk=paid.pk).update(processing_status=4, applied_status=0)
    after = sheet_of(viewer, partly_paid)
    assert len(after.payments) == len(before.payments)
    assert after.paid == before.paid - before.payments[0].amount


@only_whole("test_a_refunded_payment_is_shown_but_not_counted")
def test_a_pending_payment_is_told_by_its_own_status(viewer, partly_paid, browse):
    cases = {1: "Awaiting processing", 3: None, 0: "Incomplete", 2: "Processing", 4: None}
    paid = sheet_of(viewer, partly_paid).payments[0].payment
    its = PaymentLine.objects.filter(store=viewer.store, invoice_id=partly_paid.api_id).values("payment_id")
    Payment.objects.filter(api_id__in=its).update(processing_status=3)
    Invoice.objects.filter(pk=partly_paid.pk).update(is_pending_payment=True)
    for status, words in cases.items():
        Payment.objects.filter(pk=paid.pk).update(processing_status=status)
        text = get(browse, viewer, partly_paid).content.decode()
        told = text.partition("<dt>Pending</dt>")[2].partition("</dl>")[0]
        assert "being processed" not in text, status
        assert (words or "A payment is pending") in told, status


@only_whole("test_the_arithmetic_adds_up")
def test_a_balance_written_by_another_system_is_explained(viewer, partly_paid, browse):
    partly_paid.open_balance += Decimal(7)
    partly_paid.save()
    assert "Other changes" in get(browse, viewer, partly_paid).content.decode()
    assert sheet_of(viewer, partly_paid).adjusted.amount >= 7


DETAILS = [None, {}, {"header": "", "details": []}, {"details": {"lineItems": [{"quantity": "many"}]}}]


@pytest.mark.parametrize("details", whole_or(DETAILS, DETAILS[3:]))
def test_details_that_cannot_be_read_hide_nothing_else(viewer, invoice, browse, details):
    invoice.raw = invoice.raw | {"details": details}
    invoice.save()
    answer = get(browse, viewer, invoice)
    assert answer.status_code == 200
    assert "Balance" in answer.content.decode()


def test_a_line_is_quantity_times_discounted_price(viewer, invoice):
    line = {
        "quantity": "3",
        "unitPrice": {"code": "USD", "value": "10.00"},
        "unitDiscount": {"code": "USD", "value": "1.5"},
    }
    invoice.raw = {"details": {"details": {"lineItems": [line]}}}
    assert sheet_of(viewer, invoice).lines[0][1] == Money(Decimal("25.50"), "USD")


LINES = [
    {"unitDiscount": {"code": "USD", "value": "1.5"}},
    {"unitDiscount": {"code": "EUR", "value": "1.5"}},
    {"unitPrice": {"code": "EUR", "value": "4"}},
    {"quantity": None},
    {"unitPrice": None},
]


def test_a_lines_total_is_the_same_on_the_page_and_in_our_pdf(viewer, invoice, browse):
    """A discount in another currency leaves both without a total: nothing is added over currencies."""
    plain = {"description": "Boots", "quantity": "3", "unitPrice": {"code": "USD", "value": "10.00"}}
    invoice.raw = {"details": {"details": {"lineItems": [plain | line for line in LINES]}}}
    invoice.save()
    page = last_cells(get(browse, viewer, invoice).content.decode())
    document = last_cells(job_of(letterhead_of(viewer.store), invoice).html)
    assert document == ["25.50", "", "12.00 EUR", "", ""]
    assert [cell.removesuffix(" USD") for cell in page] == document


def last_cells(html: str) -> list[str]:
    """The text of each line's last cell."""
    rows = [row for row in re.findall(r"<tr>.*?</tr>", html, re.DOTALL) if "Boots" in row]
    return [
        " ".join(re.sub(r"<[^>]+>", " ", row.rpartition("<td")[2].partition(">")[2]).split()) for row in rows
    ]


@only_whole("desk/invoices/test_invoice_pdfs.py::test_it_works")
def test_the_pdf(viewer, invoice, browse):
    answer = get(browse, viewer, invoice, "pdf/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert invoice.number in "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)


@only_whole("desk/invoices/test_invoice_pdfs.py::test_the_store_has_none_and_ours_is_there_all_the_same")
@pytest.mark.parametrize("kind", ["429", "500"])
def test_no_pdf_is_said_on_the_page(viewer, invoice, browse, sandbox, kind):
    sandbox.fault(kind, "GET", path="download-pdf", count=9)
    answer = get(browse, viewer, invoice, "pdf/")
    assert answer.status_code == 502
    assert answer["Content-Type"].startswith("text/html")
    assert 'role="alert"' in answer.content.decode()


@only_whole("desk/settings/test_stores_pages.py::test_another_token")
def test_neither_token_nor_foreign_address_reaches_the_browser(viewer, invoice, browse, sandbox):
    text = get(browse, viewer, invoice).content.decode()
    assert sandbox.address not in text
    assert "sandbox-token" not in text
