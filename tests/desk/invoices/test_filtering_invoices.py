"""The filters of the invoice list."""

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from arportal.desk.invoices.list import INVOICES
from arportal.mirror.models import Channel, Company, ExtraField, InvoiceState
from arportal.stores.models import Store
from tests.desk.conftest import an_invoice, ids, rows_of
from tests.whole import only_whole, whole_or

DAY = dt.timedelta(days=1)


@pytest.fixture
def one_of_each(books):
    """Invoices 1 to 7: open, partly paid, overdue, partly paid and overdue, paid, overpaid, a credit note."""
    now = timezone.now()
    cases = [
        (0, 10, now + DAY),
        (1, 4, now + DAY),
        (0, 10, now - 2 * DAY),
        (1, 4, now - 2 * DAY),
        (2, 0, None),
        (2, -5, None),
        (0, -10, None),
    ]
    for number, (status, left, due) in enumerate(cases, start=1):
        an_invoice(
            books.store,
            number,
            status=status,
            original_balance=Decimal(-10 if left == -10 else 10),
            open_balance=Decimal(left),
            due_at=due,
            number=f"INV-{number:04}",
            currency="USD" if number < 4 else "EUR",
        ).save()


def check(page_of, cases: Iterable[tuple[dict[str, object], set[int]]]) -> None:
    """Holds that each query finds exactly these rows."""
    for query, expected in cases:
        page = page_of(INVOICES, urlencode(query))
        assert (page.status, set(rows_of(page))) == (200, expected), query


def test_by_status_and_currency(page_of, one_of_each):
    cases = {
        InvoiceState.OPEN: {1},
        InvoiceState.PARTLY_PAID: {2},
        InvoiceState.OVERDUE: {3, 4},
        InvoiceState.PAID: {5},
        InvoiceState.OVERPAID: {6},
        InvoiceState.CREDIT_NOTE: {7},
        "credit": {6, 7},
        "unpaid": {1, 2, 3, 4},
        "": {1, 2, 3, 4, 5, 6, 7},
    }
    check(page_of, [({"status": status}, expected) for status, expected in cases.items()])
    check(page_of, [({"currency": "EUR"}, {4, 5, 6, 7})])


@only_whole("test_by_status_and_currency")
def test_credit_notes_and_overpaid_invoices_are_told_apart_in_words(see, one_of_each):
    text = see("invoices/?status=credit&sort=number").content.decode()
    assert re.findall(r'<td class="state"><span class="pill credit">.*?</svg> ([^<]+)<', text, re.DOTALL) == [
        "Overpaid",
        "Credit note",
    ]


@only_whole("test_by_days_late")
def test_the_words_say_how_late(see, one_of_each):
    text = see("invoices/?status=overdue").content.decode()
    assert text.count('</div><div><span class="late">2 days late</span>') == 2  # for phones
    assert text.count(' <span class="late">2 days late</span></td>') == 2


def test_by_days_late(page_of, one_of_each):
    cases = [
        ({"late_from": 2}, {3, 4}),
        ({"late_from": 3}, set()),
        ({"late_from": 1, "late_to": 2}, {3, 4}),
        ({"late_to": 1}, set()),
        ({"late_to": 36500}, {3, 4}),
    ]
    check(page_of, cases)


@pytest.fixture
def four(books):
    """Invoices 1 to 4, each a day and 100 after the one before; in a store east of Greenwich."""
    books.store.time_zone = "Asia/Tokyo"
    books.store.save()
    # 15:30 UTC is already the next day there.
    first = dt.datetime(2026, 3, 4, 15, 30, tzinfo=dt.UTC)
    for number in range(1, 5):
        an_invoice(
            books.store,
            number,
            currency="USD",
            original_balance=Decimal(number * 100),
            open_balance=Decimal(number * 100 - 150),
            issued_at=first + number * DAY,
            due_at=first + (number + 10) * DAY,
            purchase_order_number=f"PO-{number}/77",
            order_number=f"700{number}",
            channel_id=number % 2 + 1,
            source=number % 2,
            is_pending_payment=number == 4,
        ).save()


def test_by_what_the_panel_offers(page_of, four, books):
    Channel.objects.bulk_create(Channel(store=books.store, api_id=n, name=f"Shop {n}") for n in (1, 2))
    cases = [
        ({"issued_from": "2026-03-07"}, {2, 3, 4}),
        ({"issued_to": "2026-03-07"}, {1, 2}),
        ({"issued_from": "2026-03-07", "issued_to": "2026-03-07"}, {2}),
        ({"due_from": "2026-03-18"}, {3, 4}),
        ({"due_to": "2026-03-15"}, set()),
        ({"due_to": "9999-12-31"}, {1, 2, 3, 4}),
        ({"issued_from": "0001-01-01"}, {1, 2, 3, 4}),
        ({"original_from": "200"}, {2, 3, 4}),
        ({"original_to": "299.99"}, {1, 2}),
        ({"open_from": "-50", "open_to": "50"}, {1, 2}),
        ({"open_from": "\u221250.00"}, {1, 2, 3, 4}),
        ({"original_from": "1,000"}, set()),
        ({"currency": "usd"}, {1, 2, 3, 4}),
        ({"currency": "EUR"}, set()),
        ({"po": "po-2"}, {2}),
        ({"po": "77"}, {1, 2, 3, 4}),
        ({"po": "7003"}, set()),
        ({"order": "7003"}, {3}),
        ({"channel": "1"}, {2, 4}),
        ({"source": "1"}, {1, 3}),
        ({"pending": "yes"}, {4}),
        ({"pending": "no"}, {1, 2, 3}),
        ({"source": "1", "original_from": "200", "q": "n3"}, {3}),
    ]
    check(page_of, cases)


def test_what_cannot_be_understood_is_named(see, four):
    cases = [
        ({"issued_from": "yesterday"}, "Issued from: Enter a valid date."),
        ({"open_from": "much"}, "Balance, from: “much” is not a number: write it like 1,234.5."),
        ({"open_from": "1" + "0" * 60}, "Balance, from: Ensure"),
        ({"late_from": "0"}, "Days late, from: Ensure this value is greater"),
        ({"late_to": "999999"}, "Days late, to: Ensure this value is less"),
        ({"pending": "perhaps"}, "Pending payment: Select a valid choice"),
        ({"channel": "9"}, "Channel: Select a valid choice"),
        ({"company_id": "1e30"}, "Company: "),
    ]
    for query, words in whole_or(cases, cases[1::3]):
        answer = see(f"invoices/?{urlencode(query)}")
        assert answer.status_code == 422, query
        assert words in answer.content.decode(), query
        assert not ids(answer), query


@pytest.fixture
def family(books):
    """Company 1, its subsidiary 2, whose subsidiary is 3, which would be the parent of 1; company 4 is apart.
    Each has the invoice of its number."""
    for number, parent in ((1, 3), (2, 1), (3, 2), (4, None)):
        Company.objects.create(
            store=books.store, api_id=number, name=f"Firm {number}", status=1, parent_id=parent
        )
        an_invoice(books.store, number, company_id=number, company_name="as it was called then").save()


def test_by_company_and_its_subsidiaries(page_of, family):
    cases = [
        ({"company": "firm 2"}, {2}),
        ({"company": "firm"}, {1, 2, 3, 4}),
        ({"company": "called"}, set()),
        ({"company": "firm 4", "subsidiaries": "on"}, {4}),
        ({"company": "firm 2", "subsidiaries": "on"}, {1, 2, 3}),
        ({"company_id": "1"}, {1}),
        ({"company_id": "1", "subsidiaries": "on"}, {1, 2, 3}),
        ({"company_id": "9"}, set()),
        ({"subsidiaries": "on"}, {1, 2, 3, 4}),
    ]
    check(page_of, cases)


def test_subsidiaries_of_the_same_id_in_another_store(page_of, family, books):
    other = Store.objects.create(
        slug="other", name="Other", store_hash="other", api_url="http://127.0.0.1:9/"
    )
    Company.objects.create(store=other, api_id=4, name="Firm 2", status=1, parent_id=2)
    check(page_of, [({"company": "firm 2", "subsidiaries": "on"}, {1, 2, 3})])


@only_whole("test_by_company_and_its_subsidiaries")
def test_a_company_named_by_id_is_shown_by_name(see, family):
    text = see("invoices/?company_id=2").content.decode()
    assert re.search(r"Company:</span> Firm 2", text)


@pytest.fixture
def with_extra_fields(books):
    for name, kind, options in (("Region", 3, ["North", "South"]), ("Lot", 2, []), ("Größe", 0, [])):
        ExtraField.objects.create(
            store=books.store,
            of="invoices",
            name=name,
            type=kind,
            is_required=False,
            raw={"listOfValue": options},
        )
    values = [("North", "7", "XL"), ("South", 7, "xl"), ("North", "7.5", "")]
    for number, (region, lot, size) in enumerate(values, start=1):
        pairs = {"Region": region, "Lot": lot, "Größe": size}
        fields = [{"fieldName": name, "fieldValue": value} for name, value in pairs.items()]
        an_invoice(books.store, number, extra_fields=fields).save()


def test_by_extra_fields(page_of, with_extra_fields):
    cases = [
        ({"x-region": "North"}, {1, 3}),
        ({"x-lot": "7"}, {1, 2}),
        ({"x-lot": "7.5"}, {3}),
        ({"x-lot": "many"}, set()),
        ({"x-größe": "XL"}, {1}),
        ({"x-region": "North", "x-lot": "7"}, {1}),
        ({"x-unknown": "y"}, {1, 2, 3}),
    ]
    check(page_of, cases)


@only_whole("test_what_cannot_be_understood_is_named")
def test_a_value_that_the_store_does_not_offer(see, with_extra_fields):
    answer = see("invoices/?x-region=West")
    assert answer.status_code == 422
    assert "Region: Select a valid choice" in answer.content.decode()
