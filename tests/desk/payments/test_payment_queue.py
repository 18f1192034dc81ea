"""The queue of payments: its tabs, columns, filters and search."""

import datetime as dt
import re
import uuid
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.utils import timezone

from arportal.desk.lists.list_page import ListPage
from arportal.desk.lists.tables import Viewer
from arportal.desk.payments.list import PAYMENTS
from arportal.mirror.models import Invoice, Payment, PaymentLine
from arportal.mirror.models.payments import COUNTS
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.models import Change, PaymentRecord
from arportal.receivables.payments.record_payment import OfflinePayment
from arportal.stores.models import Membership
from tests.desk.conftest import ids, rows_of, totals
from tests.verbs import record_payment, set_status
from tests.whole import only_whole, whole_or


@pytest.fixture
def queue(clerk, browse):
    """Opens the queue and answers its text."""
    return lambda query="", person=clerk: browse(person).get(f"/s/demo/payments/?{query}").content.decode()


@pytest.fixture
def recorded(clerk, open_invoices, sandbox) -> Payment:
    """A cheque over two invoices that the clerk recorded here."""
    first, second = open_invoices[:2]
    payment = OfflinePayment(
        company_id=first.company_id, currency=first.currency, reference="CHQ-20418", memo="by post",
        allocations=tuple(Allocation(each.api_id, Decimal(1)) for each in (first, second)),
        payer_name="Ada Treasury", received_on=dt.date(2026, 11, 2), method=PaymentRecord.Method.CHEQUE,
    )  # fmt: skip
    change = record_payment(clerk, uuid.uuid4(), payment)
    return Payment.objects.get(store=clerk.store, api_id=change.target_id)


def ids_of(text: str) -> list[int]:
    return [int(found) for found in re.findall(r'<tr id="row-(\d+)"', text)]


def row_of(text: str, payment: Payment) -> str:
    found = re.search(rf'<tr id="row-{payment.api_id}">.*?</tr>', text, re.DOTALL)
    assert found
    return found[0]


def tab(text: str, words: str) -> str:
    """A tab as plain text: its count, then its sums."""
    (found,) = [
        each for each in re.findall(r"<li>\s*<a href=.*?</a>", text, re.DOTALL) if f"<span>{words} <" in each
    ]
    return " ".join(re.sub("<[^>]+>", " ", found).split())


def test_it_works(queue, recorded, clerk, open_invoices):
    row = row_of(queue(), recorded)
    for words in ("CHQ-20418", "Cheque", "Ada Treasury", str(clerk.user), open_invoices[0].number, "+1"):
        assert words in row
    assert "just now" in row
    # Filters count on every tab.
    text = queue("q=CHQ-20418")
    assert tab(text, "Awaiting processing").startswith("Awaiting processing 1 2")
    assert tab(text, "Completed") == "Completed 0"
    assert ids_of(text) == [recorded.api_id]


def test_tabs_count_and_sum_up_by_currency(queue, store):
    Payment.objects.filter(store=store).exclude(processing_status=1).delete()
    Payment.objects.filter(store=store).update(currency="USD", total=Decimal("10.00"))
    one = Payment.objects.filter(store=store)[0]
    Payment.objects.filter(pk=one.pk).update(currency="KWD", total=Decimal("2.125"))
    count = Payment.objects.filter(store=store).count()
    text = queue()
    assert tab(text, "Awaiting processing").startswith(f"Awaiting processing {count} ")
    assert f"{10 * (count - 1)}.00 USD" in tab(text, "Awaiting processing")
    assert "2.125 KWD" in tab(text, "All")
    assert tab(text, "Refunded") == "Refunded 0"


@only_whole("test_what_counts_on_balances_and_the_rest_are_never_added")
def test_four_currencies_are_two_and_the_rest(queue, store):
    rows = list(Payment.objects.filter(store=store)[:10])
    for number, row in enumerate(rows):
        currency = ("USD", "USD", "USD", "USD", "EUR", "EUR", "EUR", "JPY", "JPY", "KWD")[number]
        Payment.objects.filter(pk=row.pk).update(processing_status=4, currency=currency, total=1)
    Payment.objects.filter(store=store, processing_status=4).exclude(pk__in=[row.pk for row in rows]).delete()
    assert tab(queue(), "Refunded") == "Refunded 10 4.00 USD 3.00 EUR + 2 currencies"


@pytest.fixture
def some_of_each(books):
    """Payments of every status: all but what is incomplete or refunded lower balances, as the store says or where
    it says nothing; one that awaits processing and one completed do not."""
    cases = [
        (1, 1, "USD", "100"), (2, 1, "USD", "10"), (3, 1, "USD", "1"), (3, None, "KWD", "2.125"),
        (1, 0, "USD", "7000"), (3, 0, "USD", "500"), (0, None, "USD", "90000"), (4, 0, "USD", "30"),
        (4, None, "JPY", "8"), (0, 1, "EUR", "3"), (9, 7, "JPY", "5"),
    ]  # fmt: skip
    Payment.objects.bulk_create(
        Payment(
            store=books.store, api_id=number, company_id=1, processing_status=status, applied_status=applied,
            currency=currency, total=Decimal(total),
        )
        for number, (status, applied, currency, total) in enumerate(cases, start=1)
    )  # fmt: skip
    return books


def test_what_counts_on_balances_and_the_rest_are_never_added(some_of_each, see):
    page = see("payments/?status=all")
    assert tab(page.content.decode(), "All") == (
        "All 11 counted 111.00 USD + 3 currencies not counted 97,530.00 USD not counted 8 JPY"
    )
    assert totals(page) == [
        ["Total USD", "Counted 111.00 USD", "Not counted 97,530.00 USD"],
        ["Total JPY", "Counted 5 JPY", "Not counted 8 JPY"],
        ["Total EUR", "Counted 3.00 EUR"],
        ["Total KWD", "Counted 2.125 KWD"],
    ]
    assert totals(see("payments/?status=4&currency=JPY")) == [["Total JPY", "Not counted 8 JPY"]]
    assert tab(see("payments/?status=all&currency=kwd").content.decode(), "All") == "All 1 counted 2.125 KWD"


def test_the_query_counts_what_the_row_says(some_of_each):
    rows = Payment.objects.visible_to(some_of_each)
    assert set(rows.filter(COUNTS)) == {row for row in rows if row.counts}


def first_of(clerk, query: str) -> list[int]:
    """The first payments that the queue shows for this query, before it is written as HTML."""
    return rows_of(ListPage(PAYMENTS, QueryDict(query), Viewer(clerk, clerk.store.today(timezone.now()))))


@only_whole("desk/lists/test_searching_without_accents.py::test_a_payment_by_our_own_reference")
def test_search(clerk, recorded):
    numbers = (f"%23{recorded.api_id}", recorded.api_id, recorded.external_id)
    for words in ("chq-204", *numbers, "Ada Treas", "by post", recorded.company_name):
        assert recorded.api_id in first_of(clerk, f"q={words}"), words


@only_whole("test_it_works")
def test_the_reference_of_a_payment_recorded_at_the_store_is_its_memo(queue, clerk):
    payment = Payment.objects.filter(store=clerk.store, module_name="payments_offline", gone_at=None).first()
    Payment.objects.filter(pk=payment.pk).update(memo="Wire 74882")
    row = row_of(queue(f"status={payment.processing_status}&q={payment.api_id}"), payment)
    cell = re.search(r'<td class="text reference[^>]*>(.*?)</td>', row, re.DOTALL)
    assert re.sub("<[^>]+>", "", cell[1]) == "Wire 74882"


@only_whole("desk/test_tenants.py::test_another_store_does_not_exist")
def test_a_reference_of_another_store_is_not_found(queue, recorded, books, browse):
    Payment.objects.create(
        store=books.store, api_id=recorded.api_id, processing_status=1, currency="USD", total=1, company_id=1
    )
    text = browse(books).get("/s/books/payments/?q=CHQ-20418").content.decode()
    assert ids_of(text) == []


def test_filters(clerk, recorded):
    cases = [
        ("mine=on", True),
        ("method=cheque", True),
        ("method=cash", False),
        ("kind=offline", True),
        ("kind=online", False),
        ("amount_from=2", True),
        ("amount_from=2.01", False),
        ("amount_to=2", True),
        ("amount_to=1.99", False),
        ("currency=xxx", False),
        ("recorded_from=2020-01-01", True),
        ("recorded_to=2020-01-01", False),
        ("company=no+such+company", False),
        ("status=2", False),
        ("status=all&mine=on", True),
    ]
    for query, is_found in whole_or(cases, cases[::2]):
        assert (recorded.api_id in first_of(clerk, query)) == is_found, query


@only_whole("test_filters")
def test_mine_are_not_others(queue, recorded, controller):
    assert recorded.api_id in ids_of(queue("mine=on"))
    assert recorded.api_id not in ids_of(queue("mine=on", controller))


@only_whole("desk/invoices/test_filtering_invoices.py::test_what_cannot_be_understood_is_named")
def test_a_filter_that_makes_no_sense(clerk, browse):
    browser = browse(clerk)
    for query in ("amount_from=much", "recorded_from=soon", "status=9", "method=magic"):
        answer = browser.get(f"/s/demo/payments/?{query}")
        assert (answer.status_code, ids(answer)) == (422, []), query


def test_the_age_counts_from_our_own_move(queue, recorded, clerk):
    Change.objects.filter(target_id=recorded.api_id).update(settled_at=timezone.now() - dt.timedelta(days=9))
    assert "9 days" in row_of(queue(), recorded)
    set_status(clerk, uuid.uuid4(), recorded.api_id, 2)
    text = row_of(queue("status=2"), recorded)
    assert "just now" in text
    assert f"by {clerk.user}" in text


@only_whole("test_the_age_counts_from_our_own_move")
def test_the_age_is_no_more_exact_than_the_store(queue, payment):
    long_ago = timezone.now() - dt.timedelta(days=30, hours=1)
    Payment.objects.filter(pk=payment.pk).update(created_at=long_ago, updated_at=long_ago)
    assert "30 days<" in row_of(queue(), payment)
    Payment.objects.filter(pk=payment.pk).update(updated_at=long_ago + dt.timedelta(days=10))
    assert "20 days or more" in row_of(queue(), payment)


@only_whole("test_the_age_counts_from_our_own_move")
def test_sorted_by_age(queue, recorded, payment, clerk):
    """By what the column says: our own record of the move, not the store's last change."""
    Payment.objects.filter(store=clerk.store).update(updated_at=timezone.now() - dt.timedelta(days=5))
    Change.objects.filter(target_id=recorded.api_id).update(settled_at=timezone.now() - dt.timedelta(days=9))
    assert ids_of(queue("sort=age"))[0] == recorded.api_id
    assert ids_of(queue("sort=-age"))[-1] == recorded.api_id


@only_whole("test_it_works")
def test_numbers_the_payment_leaves_out(queue, payment, store):
    invoice = Invoice.objects.filter(store=store)[0]
    lines = PaymentLine.objects.filter(store=store, payment_id=payment.api_id)
    lines.update(invoice_id=invoice.api_id, invoice_number="")
    assert invoice.number in row_of(queue(), payment)


@only_whole("test_it_works")
def test_who_recorded_it_elsewhere(queue, payment):
    assert '<span class="muted">store</span>' in row_of(queue(), payment)


def test_what_is_being_moved_has_no_buttons(queue, payment, clerk):
    change = Change.objects.create(
        id=uuid.uuid4(), store=clerk.store, actor=clerk, verb=Change.Verb.SET_PAYMENT_STATUS,
        company_id=payment.company_id, target_id=payment.api_id, state=Change.State.UNKNOWN,
        payload={"status": 2},
    )  # fmt: skip
    row = row_of(queue(), payment)
    assert "Being confirmed" in row
    assert f"/s/demo/changes/{change.pk}/" in row
    assert "<button" not in row


@only_whole("test_what_is_being_moved_has_no_buttons")
def test_a_locked_online_payment_has_no_buttons(queue, payment):
    Payment.objects.filter(pk=payment.pk).update(module_name="payments_bigcommerce", allowed_statuses=[])
    row = row_of(queue(), payment)
    assert "none allowed" in row
    assert "Online" in row


def test_a_viewer_has_no_buttons(queue, payment, viewer):
    text = queue(person=viewer)
    assert "Move to" not in text
    assert "<button" not in row_of(text, payment)


def test_another_company_is_neither_listed_nor_counted(queue, clerk, payment):
    Membership.objects.filter(pk=clerk.pk).update(all_companies=False, company_ids=[999_999])
    text = queue("status=all")
    assert ids_of(text) == []
    assert tab(text, "All") == "All 0"


def test_the_tabs_come_with_the_list_and_alone(clerk, browse):
    headers = {"HX-Request": "true", "HX-Target": "list"}
    text = browse(clerk).get("/s/demo/payments/?status=3", headers=headers).content.decode()
    assert text.lstrip().startswith("<section")
    assert '<div id="tabs" hx-swap-oob="true"' in text
    text = browse(clerk).get("/s/demo/payments/tabs/?status=3&q=x").content.decode()
    assert text.lstrip().startswith('<div id="tabs" hx-get="/s/demo/payments/tabs/?')
    assert "q=x" in text
    assert "<html" not in text


@only_whole("desk/lists/test_downloading_lists.py::test_it_works")
def test_export(clerk, browse, recorded):
    answer = browse(clerk).get("/s/demo/payments/export.csv?mine=on")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Payment,Date,Company,Payer,Reference,Method,Currency,Amount,Invoices")
    assert "CHQ-20418,Cheque" in lines[1]
    assert "Move to" not in lines[0]
