"""Receipts: by receipt and by line, one of them, its PDF, and deleting it."""

import csv
import datetime as dt
import io
import re
from contextlib import closing
from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.mirror.models import Company, Payment, Receipt, ReceiptLine
from arportal.stores.models import Membership
from tests.desk.conftest import body, ids, totals
from tests.whole import only_whole, whole_or


@pytest.fixture
def see(browse, controller):
    """A page of receipts as a controller sees it."""
    browser = browse(controller)
    return lambda rest="": browser.get(f"/s/demo/receipts/{rest}")


@pytest.fixture
def receipts(controller):
    return Receipt.objects.visible_to(controller)


def found(answer) -> set[int]:
    assert answer.status_code == 200
    return set(ids(answer))


def of(rows) -> set[int]:
    return set(rows.order_by("-created_at", "-api_id").values_list("api_id", flat=True)[:50])


def test_it_works(see, receipts):
    answer = see()
    assert found(answer) == of(receipts)
    page = answer.content.decode()
    first = receipts.order_by("-created_at")[0]
    assert Company.objects.get(store=first.store, api_id=first.company_id).name in page
    assert f"/s/demo/payments/{first.payment_id}/" in page


def test_by_line(see, controller):
    answer = see("lines/")
    lines = ReceiptLine.objects.visible_to(controller)
    assert found(answer) == of(lines)
    first = lines.order_by("-created_at")[0]
    assert f'href="/s/demo/invoices/{first.invoice_id}/"' in answer.content.decode()
    assert f'href="/s/demo/receipts/{first.receipt_id}/"' in answer.content.decode()


@only_whole("test_others_receipts_do_not_exist")
def test_by_company(see, receipts, company):
    assert found(see(f"?company={company.name[:6]}")) == of(receipts.filter(company_id=company.api_id))


@only_whole("test_the_same_rows_as_a_file")
def test_by_type(see, controller):
    for path, model in (("", Receipt), ("lines/", ReceiptLine)):
        refunds = model.objects.visible_to(controller).filter(transaction_type="Refund")
        assert refunds.exists()
        assert found(see(f"{path}?type=refund")) == of(refunds), path


@only_whole("test_by_amount_and_currency")
def test_by_payment_status(see, receipts, controller):
    for status in (1, 3, 4):
        payments = Payment.objects.filter(processing_status=status).values("api_id")
        assert found(see(f"?status={status}")) == of(receipts.filter(payment_id__in=payments)), status
    lines = ReceiptLine.objects.visible_to(controller).filter(payment_status=4)
    assert found(see("lines/?status=4")) == of(lines)


def test_by_day(see, receipts, store):
    day = receipts.order_by("created_at")[10].created_at.astimezone(store.zone).date()
    start = dt.datetime.combine(day, dt.time(), tzinfo=store.zone)
    same_day = receipts.filter(created_at__gte=start, created_at__lt=start + dt.timedelta(days=1))
    assert found(see(f"?issued_from={day}&issued_to={day}")) == of(same_day)


def test_by_amount_and_currency(see, controller):
    receipts = Receipt.objects.visible_to(controller).filter(currency="USD", total__gte=5000)
    assert found(see("?amount_from=5,000&currency=usd")) == of(receipts)
    lines = ReceiptLine.objects.visible_to(controller).filter(currency="USD", amount__gte=5000)
    assert found(see("lines/?amount_from=5,000&currency=usd")) == of(lines)


def test_searching_by_words_and_numbers(see, receipts):
    one = receipts.exclude(reference_number="")[0]
    assert one.api_id in found(see(f"?q={one.reference_number}"))
    assert one.api_id in found(see(f"?q=%23{one.api_id}"))
    assert one.api_id in found(see(f"?q={one.payment_id}"))


@only_whole("desk/invoices/test_filtering_invoices.py::test_what_cannot_be_understood_is_named")
def test_what_cannot_be_understood(see):
    for rest in ("?status=7", "?issued_from=soon", "?amount_from=much", "?type=gift"):
        answer = see(rest)
        assert (answer.status_code, ids(answer)) == (422, []), rest


@only_whole("test_searching_by_words_and_numbers")
def test_nothing_matches(see):
    assert "Nothing matches" in see("?q=no-such-reference").content.decode()


@only_whole("test_refunds_are_deducted_and_each_figure_is_named")
def test_totals_are_per_currency(see, receipts):
    found = totals(see())
    assert {each[0] for each in found} == {
        f"Total {each}" for each in receipts.values_list("currency", flat=True)
    }


@pytest.fixture
def given_back(books):
    """Two receipts and a refund of dollars, one refund of dinars with a sign of its own, each of one line."""
    papers = [
        ("Paid", "USD", "100"),
        ("Paid", "USD", "20.5"),
        ("Refund", "USD", "30"),
        ("REFUND", "KWD", "-7.125"),
    ]
    for number, (kind, currency, amount) in enumerate(papers, start=1):
        both = {"store": books.store, "api_id": number, "company_id": 1, "transaction_type": kind}
        Receipt.objects.create(currency=currency, total=Decimal(amount), **both)
        line = {"receipt_id": number, "invoice_id": number, "payment_status": 3, "amount": Decimal(amount)}
        ReceiptLine.objects.create(currency=currency, **line, **both)
    return books


@pytest.mark.parametrize("path", whole_or(["receipts/", "receipts/lines/"], ["receipts/"]))
def test_refunds_are_deducted_and_each_figure_is_named(given_back, browse, path):
    browser = browse(given_back)
    page = browser.get(f"/s/books/{path}")
    assert totals(page) == [
        ["Total USD", "Receipts 120.50 USD", "Refunds \u221230.00 USD", "Net 90.50 USD"],
        ["Total KWD", "Refunds \u22127.125 KWD", "Net \u22127.125 KWD"],
    ]
    answer = browser.get(f"/s/books/{path}export.csv?currency=USD")
    amounts = [line["Amount"] for line in csv.DictReader(io.StringIO(body(answer).decode("utf-8-sig")))]
    assert sum(map(Decimal, amounts)) == Decimal("90.50")
    assert totals(browser.get(f"/s/books/{path}?type=refund&currency=USD"))[0][1:] == [
        "Refunds \u221230.00 USD",
        "Net \u221230.00 USD",
    ]


@only_whole("test_refunds_are_deducted_and_each_figure_is_named")
def test_a_refund_is_below_zero_on_its_own_page_too(given_back, browse):
    assert "\u221230.00" in browse(given_back).get("/s/books/receipts/3/").content.decode()


def test_the_same_rows_as_a_file(see, receipts):
    content = b"".join(see("export.csv?type=refund").streaming_content).decode("utf-8-sig")
    rows = content.strip().splitlines()
    assert len(rows) == 1 + receipts.filter(transaction_type="Refund").count()
    assert rows[0].startswith("Receipt,Company,Issued")
    with closing(see("lines/export.xlsx")) as workbook:
        assert workbook["Content-Type"].endswith("spreadsheetml.sheet")


def test_others_receipts_do_not_exist(see, controller, company, receipts, browse):
    theirs = receipts.exclude(company_id=company.api_id)[0].api_id
    Membership.objects.filter(pk=controller.pk).update(all_companies=False, company_ids=[company.api_id])
    assert found(see()) == of(receipts.filter(company_id=company.api_id))
    lines = ReceiptLine.objects.filter(store=controller.store, company_id=company.api_id, gone_at=None)
    assert found(see("lines/")) == of(lines)
    assert {see(f"{theirs}/{rest}").status_code for rest in ("", "pdf/", "delete/")} == {404}


@pytest.fixture
def receipt(split_payment, receipts) -> Receipt:
    return receipts.get(payment_id=split_payment.api_id)


def test_one_receipt(see, receipt, open_invoices):
    page = see(f"{receipt.api_id}/").content.decode()
    for invoice in open_invoices[:2]:
        assert f'href="/s/demo/invoices/{invoice.api_id}/">{invoice.number}</a>' in page
    assert f'href="/s/demo/payments/{receipt.payment_id}/"' in page
    assert f"/s/demo/receipts/{receipt.api_id}/delete/" in page
    # Of a payment that is gone.
    Payment.objects.filter(api_id=receipt.payment_id).update(gone_at=timezone.now())
    page = see(f"{receipt.api_id}/").content.decode()
    assert f"#{receipt.payment_id}" in page
    assert f'href="/s/demo/payments/{receipt.payment_id}/"' not in page


@only_whole("desk/lists/test_prev_next.py::test_it_works")
def test_from_one_receipt_to_the_next(see, receipts):
    first = receipts.order_by("-created_at", "-api_id")[0]
    address = re.search(rf'href="/s/demo/receipts/({first.api_id}/\?from=[^"]*)"', see().content.decode())
    assert 'rel="next"' in see(address[1].replace("&amp;", "&")).content.decode()


@only_whole("desk/invoices/test_invoice_pdfs.py::test_it_works")
def test_as_a_pdf(browse, viewer, receipt):
    for path in (f"receipts/{receipt.api_id}/pdf/", f"payments/{receipt.payment_id}/pdf/"):
        answer = browse(viewer).get(f"/s/demo/{path}")
        assert answer.content.startswith(b"%PDF"), path
        assert "attachment" in answer["Content-Disposition"], path


@only_whole("desk/invoices/test_invoice_pdfs.py::test_it_works")
def test_no_pdf_of_what_was_not_received(browse, viewer):
    incomplete = Payment.objects.visible_to(viewer).filter(processing_status=0)[0]
    answer = browse(viewer).get(f"/s/demo/payments/{incomplete.api_id}/pdf/")
    assert answer.status_code == 422
    assert "incomplete" in answer.content.decode()


@pytest.fixture
def delete(see, browse, controller, receipt):
    """Sends the form that the page of the receipt's deletion shows."""
    url = f"/s/demo/receipts/{receipt.api_id}/delete/"
    page = see(f"{receipt.api_id}/delete/").content.decode()
    assert "No balance changes." in page
    change_id = re.search(r'name="change_id"[^>]* value="([^"]+)"', page)[1]
    browser = browse(controller)
    return lambda **fields: browser.post(url, {"change_id": change_id} | fields)


@only_whole("receivables/receipts/test_delete_receipt.py::test_it_works")
def test_deleting_it(delete, receipt, receipts, browse, controller):
    answer = delete(reason="wrong buyer", sure="on")
    assert (answer.status_code, answer["Location"]) == (303, "/s/demo/receipts/")
    assert not receipts.filter(api_id=receipt.api_id).exists()
    assert delete(reason="wrong buyer", sure="on")["Location"] == "/s/demo/receipts/"
    # The payment's history has it.
    page = browse(controller).get(f"/s/demo/payments/{receipt.payment_id}/").content.decode()
    assert f"Receipt #{receipt.api_id}" in page
    assert "wrong buyer" in page


@only_whole("desk/payments/test_deletion_page.py::test_without_what_it_needs")
def test_deleting_without_what_it_needs(delete, receipt, sandbox):
    cases = [
        ({"reason": "wrong buyer"}, "Tick this to continue."),
        ({"sure": "on", "reason": " "}, "Give a reason"),
        ({"sure": "on", "reason": "x", "change_id": "forged"}, "out of date"),
    ]
    for sent, words in cases:
        answer = delete(**sent)
        assert answer.status_code == 422, sent
        assert words in answer.content.decode(), sent
    assert sandbox.writes() == []
    # One that is gone already.
    sandbox.delete(f"/ip/receipts/{receipt.api_id}")
    assert delete(reason="wrong buyer", sure="on").status_code == 404


@only_whole("receivables/receipts/test_delete_receipt.py::test_it_works")
def test_what_the_store_refuses_to_delete(delete, sandbox):
    sandbox.fault("body_422", method="DELETE")
    answer = delete(reason="wrong buyer", sure="on")
    assert answer.status_code == 422
    assert "The store refused" in answer.content.decode()
    assert 'value="wrong buyer"' in answer.content.decode()
