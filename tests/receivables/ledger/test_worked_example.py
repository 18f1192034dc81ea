"""The worked example of a ledger: one invoice in Berlin, paid, refunded, then edited by an ERP."""

import datetime as dt

import pytest

from arportal.receivables.ageing.ageing import AsOf, NotKnown, ageing
from arportal.receivables.models import LedgerEntry
from arportal.receivables.statements.statement import Period, statement
from tests.receivables.ledger.books import Books


@pytest.fixture
def books(db) -> Books:
    books = Books("Europe/Berlin")
    books.begin("2026-01-01")
    books.invoice(1, original=100, open=100, issued="2026-01-03", due="2026-02-02", seen="2026-01-03")
    books.payment(7, {1: 40}, made="2026-01-10", seen="2026-01-11")
    books.invoice(1, open=60, changed="2026-01-10", seen="2026-01-11")
    books.payment(7, status=4, changed="2026-02-05", seen="2026-02-05")
    books.invoice(1, open=100, changed="2026-02-05", seen="2026-02-05")
    books.invoice(1, open=70, changed="2026-02-20", seen="2026-02-21")
    return books


def test_entries(books):
    entries = LedgerEntry.objects.filter(store=books.store).order_by("pk")
    entries = entries.values_list("cause", "amount", "effective_on", "observed_at__date")
    assert [(cause, amount, f"{on:%d %b}", f"{seen:%d %b}") for cause, amount, on, seen in entries] == [
        ("issued", 100, "03 Jan", "03 Jan"),
        ("payment", -40, "10 Jan", "11 Jan"),
        ("reversed", 40, "05 Feb", "05 Feb"),
        ("edited-outside", -30, "20 Feb", "21 Feb"),
    ]


# Day asked about → day on which it was known, or None for now → days late of its bucket → what was owed.
ANSWERS = [
    ("2026-01-02", None, None),
    ("2026-01-31", None, (0, 60)),
    ("2026-01-10", "2026-01-10", (0, 100)),
    ("2026-01-10", None, (0, 60)),
    ("2026-02-10", None, (1, 100)),
    ("2026-02-20", "2026-02-20", (1, 100)),
    ("2026-02-28", None, (1, 70)),
    ("2026-03-31", None, (2, 70)),
]


def test_as_of_every_day(books):
    wrong = []
    for day, known_on, expected in ANSWERS:
        as_of = AsOf(
            day=dt.date.fromisoformat(day),
            today=dt.date(2026, 3, 31),
            known_on=known_on and dt.date.fromisoformat(known_on),
        )
        amounts = [0] * 5
        if expected:
            amounts[expected[0]] = expected[1]
        found = [list(row.amounts) for row in ageing(books.controller, as_of)]
        if found != ([amounts] if expected else []):
            wrong.append((day, known_on, found))
    assert not wrong


def test_nobody_knows_what_was_known_before_the_ledger_began(books):
    with pytest.raises(NotKnown):
        ageing(books.controller, AsOf(dt.date(2025, 12, 31), dt.date(2026, 3, 31), dt.date(2025, 12, 31)))


def test_the_statement_of_february(books):
    period = Period(dt.date(2026, 2, 1), dt.date(2026, 2, 28), dt.date(2026, 3, 31))
    [account] = statement(books.controller, (1,), period)
    assert (account.opening.amount, account.closing.amount) == (60, 70)
    moved = [
        (f"{row.day:%d %b}", row.cause, row.amount.amount, row.balance.amount) for row in account.movements
    ]
    assert moved == [("05 Feb", "reversed", 40, 100), ("20 Feb", "edited-outside", -30, 70)]
    assert [amount.amount for _label, amount in account.ageing] == [0, 70, 0, 0, 0, 0]
    [item] = account.open_items
    assert (item.number, item.balance.amount, item.days_late) == ("N1", 70, 26)
