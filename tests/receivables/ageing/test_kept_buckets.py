"""The standard buckets of today, which are kept: the same as those added up day by day."""

import datetime as dt
from decimal import Decimal

import pytest

from arportal.receivables.ageing.ageing import Aged, AsOf, ageing, ageing_by_company
from arportal.receivables.ageing.buckets import Buckets
from arportal.receivables.ageing.largest import Place, largest
from arportal.receivables.ledger.sums import bring_to_today
from arportal.receivables.models import CompanyBalance, Ledger, StoreBalance
from tests.receivables.ledger.books import Books
from tests.whole import whole_or

TODAY = dt.date(2026, 6, 30)
LATE = [-5, 0, 1, 30, 31, 60, 61, 90, 91, 400]
# The same ranges, and one more: what is not standard is not kept.
OTHER = Buckets((30, 60, 90, 3650))


@pytest.fixture
def books(db) -> Books:
    """Company 1 owes an invoice of each age, company 2 the double; company 3 has a credit."""
    books = Books("America/Los_Angeles")
    books.begin("2026-06-01")
    for number, late in enumerate(LATE, start=1):
        due = (TODAY - dt.timedelta(late)).isoformat()
        for company in (1, 2):
            amount = company * 10 ** (number % 5)
            books.invoice(
                100 * company + number, original=amount, open=amount, issued="2025-01-01", due=due,
                seen="2026-06-02", company=company,
            )  # fmt: skip
    books.invoice(
        300, original=-7, open=-7, issued="2026-01-01", due="2026-01-01", seen="2026-06-02", company=3
    )
    with books.at(TODAY):
        bring_to_today(books.store)
    return books


def with_four(aged: list[Aged]) -> list[tuple]:
    """The rows with what is later than 90 days together."""
    return [
        (row.company_id, row.currency, (*row.amounts[:4], sum(row.amounts[4:])), row.credit_amount)
        for row in aged
    ]


def kept_and_added_up(books: Books, day: dt.date) -> None:
    actor, kept, other = books.controller, AsOf(day, day), AsOf(day, day, buckets=OTHER)
    assert kept.is_kept
    assert not other.is_kept
    assert with_four(ageing(actor, kept)) == with_four(ageing(actor, other)) != []
    by_company = sorted(with_four(ageing_by_company(actor, kept)))
    assert by_company == sorted(with_four(ageing_by_company(actor, other)))
    one = AsOf(day, day, companies=(2,))
    assert with_four(ageing(actor, one)) == [(None, *row[1:]) for row in by_company if row[0] == 2]
    assert with_four(largest(actor, kept, "EUR", 5)) == with_four(largest(actor, other, "EUR", 5))


def test_each_age_is_in_its_bucket(books):
    [row] = ageing(books.controller, AsOf(TODAY, TODAY))
    # Numbers 1 and 2 are current; 3 and 4 up to 30 days late, and so on by twos.
    expected = [sum(3 * 10 ** (n % 5) for n in pair) for pair in ((1, 2), (3, 4), (5, 6), (7, 8), (9, 10))]
    assert list(row.amounts) == expected
    assert row.credit_amount == Decimal(-7)
    kept_and_added_up(books, TODAY)
    the_largest_follow_one_another(books)


def the_largest_follow_one_another(books) -> None:
    actor, today = books.controller, AsOf(TODAY, TODAY)
    first, second, last = (row.company_id for row in largest(actor, today, "EUR", 9))
    assert (first, second, last) == (2, 1, 3)
    [row] = largest(actor, today, "EUR", 1)
    following = largest(actor, today, "EUR", 9, Place(row.open.amount, str(row.company_id)))
    assert [row.company_id for row in following] == [1, 3]
    assert largest(actor, today, "USD", 9) == []


def test_after_a_payment_and_on_the_next_days(books):
    with books.at(TODAY):
        books.payment(1, {203: 500}, made="2026-06-29", seen=TODAY)
        books.invoice(203, open=1500, changed="2026-06-29", seen=TODAY)
        books.invoice(104, due="2026-07-20", seen=TODAY)
    # Who owes most has a credit, too.
    day = "2026-06-29"
    books.invoice(301, original=-9, open=-9, issued=day, due=day, seen=TODAY, company=2)
    kept_and_added_up(books, TODAY)
    for days in whole_or((1, 31, 60), (31,)):
        day = TODAY + dt.timedelta(days)
        # In the first minute of a day what is kept is still of the one before.
        kept_and_added_up(books, day)
        with books.at(day):
            bring_to_today(books.store)
        assert Ledger.objects.get(store=books.store).overdue_as_of == day
        kept_and_added_up(books, day)
        [kept], companies = (
            model.objects.filter(store=books.store).values_list(
                "open", "credit", "overdue", "late_30", "late_60", "late_90"
            )
            for model in (StoreBalance, CompanyBalance)
        )
        assert kept == tuple(map(sum, zip(*companies, strict=True)))
