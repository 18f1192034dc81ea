"""The filters of the invoice list."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.mirror.models import InvoiceState
from tests.desk.conftest import an_invoice, ids

DAY = dt.timedelta(days=1)


@pytest.fixture
def one_of_each(books):
    """Invoices 1 to 6: open, partly paid, overdue, partly paid and overdue, paid, credit."""
    now = timezone.now()
    cases = [
        (0, 10, now + DAY),
        (1, 4, now + DAY),
        (0, 10, now - 2 * DAY),
        (1, 4, now - 2 * DAY),
        (2, 0, None),
    ]
    for number, (status, left, due) in enumerate([*cases, (2, -5, None)], start=1):
        an_invoice(
            books.store,
            number,
            status=status,
            original_balance=Decimal(10),
            open_balance=Decimal(left),
            due_at=due,
            number=f"INV-{number:04}",
            currency="USD" if number < 4 else "EUR",
        ).save()


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (InvoiceState.OPEN, {1}),
        (InvoiceState.PARTLY_PAID, {2}),
        (InvoiceState.OVERDUE, {3, 4}),
        (InvoiceState.PAID, {5}),
        (InvoiceState.CREDIT, {6}),
        ("unpaid", {1, 2, 3, 4}),
        ("", {1, 2, 3, 4, 5, 6}),
    ],
)
def test_by_status(see, one_of_each, status, expected):
    assert set(ids(see(f"invoices/?status={status}"))) == expected


def test_by_currency(see, one_of_each):
    assert set(ids(see("invoices/?currency=EUR"))) == {4, 5, 6}


@pytest.mark.parametrize("words", ["INV-0003", "0003", "inv-0003"])
def test_by_number(see, one_of_each, words):
    assert ids(see(f"invoices/?q={words}")) == [3]


def test_the_words_say_how_late(see, one_of_each):
    text = see("invoices/?status=overdue").content.decode()
    assert text.count('</div><div><span class="late">2 days late</span>') == 2  # for phones
    assert text.count(' <span class="late">2 days late</span></td>') == 2
