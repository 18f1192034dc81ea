"""The invoices behind a figure: page by page each once, the oldest first, in the bucket of its days."""

import datetime as dt

import pytest

from arportal.receivables.ageing.ageing import AsOf, NotKnown
from arportal.receivables.ageing.buckets import STANDARD, Bucket
from arportal.receivables.ageing.invoices import BALANCE, CREDIT, OPEN, Figure, aged_invoices
from arportal.receivables.models import Basis
from tests.receivables.ledger.books import Books

TODAY = dt.date(2026, 3, 31)
# Invoice → what is open, issued, due. Two of a day, and two without one; the smallest amount, and a credit.
INVOICES = {
    1: (10, "2026-01-03", "2026-02-28"),
    2: (20, "2026-01-03", "2026-02-28"),
    3: ("0.50", "2026-03-01", "2026-03-30"),
    4: (40, "2026-03-01", "2026-03-31"),
    5: (50, "2026-03-02", None),
    6: (60, "2026-03-02", None),
    7: (-15, "2026-03-01", "2026-03-01"),
    8: (80, "2026-01-03", "2025-12-30"),
    9: (90, "2026-01-03", "2026-01-30"),
    10: (30, "2026-01-03", "2026-01-29"),
}


@pytest.fixture
def books(db) -> Books:
    books = Books()
    books.begin("2026-01-01")
    for number, (amount, issued, due) in INVOICES.items():
        books.invoice(number, original=amount, open=amount, issued=issued, due=due, seen=issued)
    return books


def paged(books: Books, as_of: AsOf, of: Bucket | str) -> list[int]:
    """All of them, asked for one at a time; the same as at once."""
    figure, after, found = Figure("EUR", of), None, []
    while rows := aged_invoices(books.controller, as_of, figure, after, 1):
        after = (rows[0].aged_on, rows[0].api_id)
        found.append(rows[0].api_id)
        assert len(found) <= len(INVOICES)
    together = aged_invoices(books.controller, as_of, figure, None, 99)
    assert [row.api_id for row in together] == found
    return found


def test_of_today(books):
    now = AsOf(TODAY, TODAY)
    assert paged(books, now, OPEN) == [8, 10, 9, 1, 2, 3, 4, 5, 6]
    assert paged(books, now, CREDIT) == [7]
    assert paged(books, now, BALANCE) == [8, 10, 9, 1, 2, 7, 3, 4, 5, 6]
    found = {bucket.key: paged(books, now, bucket) for bucket in STANDARD}
    assert found == {"current": [4, 5, 6], "1-30": [3], "31-60": [9, 1, 2], "61-90": [10], "91-": [8]}


def test_of_a_day_before_and_by_day_of_issue(books):
    """The same by another way, from the ledger."""
    past = AsOf(TODAY - dt.timedelta(days=1), TODAY)
    assert paged(books, past, BALANCE) == [8, 10, 9, 1, 2, 7, 3, 4, 5, 6]
    assert paged(books, past, STANDARD.of("current")) == [3, 4, 5, 6]
    assert paged(books, past, STANDARD.of("31-60")) == [10, 9]
    by_issue = AsOf(TODAY, TODAY, basis=Basis.ISSUED)
    assert paged(books, by_issue, STANDARD.of("1-30")) == [3, 4, 5, 6]


def test_as_known_before_the_ledger_began(controller):
    before = AsOf(dt.date(2020, 1, 1), TODAY, dt.date(2020, 1, 1))
    with pytest.raises(NotKnown):
        aged_invoices(controller, before, Figure("EUR", OPEN), None, 9)
