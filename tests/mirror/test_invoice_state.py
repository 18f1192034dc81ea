"""The state a person is shown: what the row says and what the filter finds agree."""

import datetime as dt
from itertools import product

import pytest

from arportal.mirror.models import Invoice, InvoiceState

MIDNIGHT = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
YESTERDAY, TODAY = MIDNIGHT - dt.timedelta(hours=1), MIDNIGHT + dt.timedelta(hours=9)


def invoice(**changed) -> Invoice:
    plain = {"api_id": 700, "company_id": 1, "number": "700", "status": 0, "currency": "EUR"}
    return Invoice(**plain | {"original_balance": 100, "open_balance": 100, "due_at": TODAY} | changed)


@pytest.mark.parametrize(
    ("row", "state"),
    [
        ({}, InvoiceState.OPEN),
        ({"open_balance": 40}, InvoiceState.PARTLY_PAID),
        ({"due_at": YESTERDAY}, InvoiceState.OVERDUE),
        ({"open_balance": 40, "status": 1, "due_at": YESTERDAY}, InvoiceState.OVERDUE),
        ({"open_balance": 0, "status": 2, "due_at": YESTERDAY}, InvoiceState.PAID),
        ({"open_balance": 40, "status": 2, "due_at": YESTERDAY}, InvoiceState.PAID),
        ({"open_balance": -5, "status": 2}, InvoiceState.OVERPAID),
        ({"original_balance": 0, "open_balance": -5}, InvoiceState.OVERPAID),
        ({"original_balance": -100, "open_balance": -100}, InvoiceState.CREDIT_NOTE),
        ({"original_balance": -100, "open_balance": -5, "status": 1}, InvoiceState.CREDIT_NOTE),
        ({"original_balance": -100, "open_balance": 0, "status": 2}, InvoiceState.PAID),
        ({"due_at": None}, InvoiceState.OPEN),
    ],
)
def test_it_works(row, state):
    assert invoice(**row).state_on(MIDNIGHT) is state


def test_the_filter_finds_what_the_row_says(store):
    rows = product((0, 1, 2, 7), (-5, 0, 40, 100, 120), (100, 0, -100), (None, YESTERDAY, MIDNIGHT, TODAY))
    Invoice.objects.bulk_create(
        invoice(
            store=store,
            api_id=10_000 + n,
            status=status,
            original_balance=original,
            open_balance=left,
            due_at=due,
        )
        for n, (status, left, original, due) in enumerate(rows)
    )
    for state in InvoiceState:
        found = set(Invoice.objects.filter(store=store).in_state(state, MIDNIGHT))
        said = {each for each in Invoice.objects.filter(store=store) if each.state_on(MIDNIGHT) is state}
        assert found == said
    for row in Invoice.objects.filter(store=store):
        assert row.balance == row.balance_money.amount


def test_days_late_are_whole_days_of_the_store():
    assert invoice(due_at=MIDNIGHT - dt.timedelta(days=12, hours=2)).days_late(MIDNIGHT) == 13
    assert invoice(due_at=TODAY).days_late(MIDNIGHT) == 0
    assert invoice(due_at=YESTERDAY, open_balance=0).days_late(MIDNIGHT) == 0
