"""The state a person is shown: what the row says and what the filter finds agree."""

import datetime as dt
from itertools import product

import pytest

from arportal.mirror.models import Invoice, InvoiceState

TODAY = dt.date(2026, 6, 1)
YESTERDAY, TOMORROW = dt.date(2026, 5, 31), dt.date(2026, 6, 2)


def invoice(**changed) -> Invoice:
    plain = {"api_id": 700, "company_id": 1, "number": "700", "status": 0, "currency": "EUR"}
    return Invoice(**plain | {"original_balance": 100, "open_balance": 100, "due_on": TODAY} | changed)


@pytest.mark.parametrize(
    ("row", "state"),
    [
        ({}, InvoiceState.OPEN),
        ({"open_balance": 40}, InvoiceState.PARTLY_PAID),
        ({"due_on": YESTERDAY}, InvoiceState.OVERDUE),
        ({"open_balance": 40, "status": 1, "due_on": YESTERDAY}, InvoiceState.OVERDUE),
        ({"open_balance": 0, "status": 2, "due_on": YESTERDAY}, InvoiceState.PAID),
        ({"open_balance": 40, "status": 2, "due_on": YESTERDAY}, InvoiceState.PAID),
        ({"open_balance": -5, "status": 2}, InvoiceState.OVERPAID),
        ({"original_balance": 0, "open_balance": -5}, InvoiceState.OVERPAID),
        ({"original_balance": -100, "open_balance": -100}, InvoiceState.CREDIT_NOTE),
        ({"original_balance": -100, "open_balance": -5, "status": 1}, InvoiceState.CREDIT_NOTE),
        ({"original_balance": -100, "open_balance": 0, "status": 2}, InvoiceState.PAID),
        ({"due_on": None}, InvoiceState.OPEN),
    ],
)
def test_it_works(row, state):
    assert invoice(**row).state_on(TODAY) is state


def test_the_filter_finds_what_the_row_says(store):
    rows = product((0, 1, 2, 7), (-5, 0, 40, 100, 120), (100, 0, -100), (None, YESTERDAY, TODAY, TOMORROW))
    Invoice.objects.bulk_create(
        invoice(
            store=store,
            api_id=10_000 + n,
            status=status,
            original_balance=original,
            open_balance=left,
            due_on=due,
        )
        for n, (status, left, original, due) in enumerate(rows)
    )
    for state in InvoiceState:
        found = set(Invoice.objects.filter(store=store).in_state(state, TODAY))
        said = {each for each in Invoice.objects.filter(store=store) if each.state_on(TODAY) is state}
        assert found == said
    for row in Invoice.objects.filter(store=store):
        assert row.balance == row.balance_money.amount


def test_days_late():
    assert invoice(due_on=TODAY - dt.timedelta(days=13)).days_late(TODAY) == 13
    assert invoice(due_on=TODAY).days_late(TODAY) == 0
    assert invoice(due_on=YESTERDAY, open_balance=0).days_late(TODAY) == 0
