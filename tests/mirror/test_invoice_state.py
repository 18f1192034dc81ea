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
        ({"open_balance": -5, "status": 2}, InvoiceState.CREDIT),
        ({"due_at": None}, InvoiceState.OPEN),
    ],
)
def test_it_works(row, state):
    assert invoice(**row).state_on(MIDNIGHT) is state


def test_the_filter_finds_what_the_row_says(store):
    rows = product((0, 1, 2, 7), (-5, 0, 40, 100, 120), (None, YESTERDAY, MIDNIGHT, TODAY))
    Invoice.objects.bulk_create(
        invoice(store=store, api_id=10_000 + n, status=status, open_balance=balance, due_at=due)
        for n, (status, balance, due) in enumerate(rows)
    )
    for state in InvoiceState:
        found = set(Invoice.objects.filter(store=store).in_state(state, MIDNIGHT))
        said = {each for each in Invoice.objects.filter(store=store) if each.state_on(MIDNIGHT) is state}
        assert found == said


def test_days_late_are_whole_days_of_the_store():
    assert invoice(due_at=MIDNIGHT - dt.timedelta(days=12, hours=2)).days_late(MIDNIGHT) == 13
    assert invoice(due_at=TODAY).days_late(MIDNIGHT) == 0
    assert invoice(due_at=YESTERDAY, open_balance=0).days_late(MIDNIGHT) == 0
