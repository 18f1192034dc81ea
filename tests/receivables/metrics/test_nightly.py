"""What is computed every night, against a plain recomputation from the same facts."""

import datetime as dt
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pytest

from arportal.receivables.metrics import nightly
from arportal.receivables.metrics.days import Missing
from arportal.receivables.metrics.debtors import MOST, largest_changes
from arportal.receivables.metrics.forecast import GIVEN_UP_AFTER, by_habit, checked, error, weeks
from arportal.receivables.metrics.habits import average_days_late
from arportal.receivables.models import ExpectedCash, ForecastWeek, NightlyFigures
from tests.receivables.metrics.a_year import COMPANIES, TODAY, Fact, facts

DAY = dt.timedelta(days=1)


@pytest.fixture
def books(books):
    with books.at(TODAY):
        nightly.compute(books.store)
    return books


def its(companies, currency: str = "EUR") -> list[Fact]:
    return [fact for fact in facts() if fact.company in companies and fact.currency == currency]


def days_late(known: list[Fact], first: dt.date, window: int) -> Decimal | None:
    """The average of those paid in the days before `first`."""
    paid = [fact for fact in known if fact.kept and fact.due and first - window * DAY <= fact.paid_on < first]
    total = sum(fact.kept for fact in paid)
    return (
        Decimal(sum(fact.kept * (fact.paid_on - fact.due).days for fact in paid)) / total if total else None
    )


def usually(fact: Fact, first: dt.date, companies) -> dt.date | None:
    """The day on which it was to be expected on the day `first`, or None."""
    if fact.due is None:
        return None
    late = days_late(its([fact.company]), first, 365)
    if late is None:
        late = days_late(its(companies), first, 365) or Decimal(0)
    day = fact.due + int(late.quantize(Decimal(1), ROUND_HALF_UP)) * DAY
    return max(day, first) if day >= first - GIVEN_UP_AFTER * DAY else None


def test_average_days_late_and_what_is_expected_by_habit(actor):
    average = average_days_late(actor, "EUR")
    assert average.number == days_late(its(actor.company_ids), TODAY, 90)
    assert average.number
    assert average_days_late(actor, "KWD").missing == Missing.NO_PAYMENTS
    expected: dict[int | None, int] = defaultdict(int)
    for fact in its(actor.company_ids):
        day = usually(fact, TODAY, actor.company_ids)
        expected[day and (day - TODAY).days // 7] += max(fact.balance, 0)
    found = by_habit(actor, "EUR", TODAY)
    assert [week.amount for week in found.weeks] == [expected[number] for number in range(8)]
    assert found.in_no_week == expected[None]
    assert expected[None]
    assert expected[0]


def test_expected_days_that_are_over_count_for_today(books):
    later = TODAY + 3 * DAY
    found = by_habit(books.controller, "EUR", later)
    kept = ExpectedCash.objects.filter(store=books.store, currency="EUR", day__lte=later + 6 * DAY)
    assert found.weeks[0].amount == sum(row.amount for row in kept)


def test_the_forecasts_of_the_last_year(books):
    expected: dict[tuple[dt.date, int], list[int]] = defaultdict(lambda: [0, 0, 0])
    for first in nightly.checked_days(TODAY):
        for fact in its(COMPANIES):
            balance = fact.balance_before(first)
            if balance <= 0:
                continue
            by_day = (fact.due if fact.due and fact.due >= first else None, usually(fact, first, COMPANIES))
            is_paid = fact.kept and fact.paid_on >= first
            for part, (day, amount) in enumerate(
                [*((day, balance) for day in by_day), (fact.paid_on if is_paid else None, fact.kept)]
            ):
                if day and (day - first).days < 56:
                    expected[first, (day - first).days // 7][part] += amount
    rows = ForecastWeek.objects.filter(store=books.store, currency="EUR")
    found = {(row.first, row.week): [row.by_due, row.by_habit, row.paid] for row in rows}
    assert len(found) > 20
    assert found == expected
    measured = checked(books.controller, "EUR")
    assert measured.by_due_error == Decimal(sum(abs(a - c) for a, _b, c in expected.values())) / sum(
        c for _a, _b, c in expected.values()
    )
    assert sum(month.paid for month in measured.months) == sum(c for _a, _b, c in expected.values())


def test_the_checked_months_are_over():
    days = list(nightly.checked_days(TODAY))
    assert (len(days), days[0], days[-1]) == (12, dt.date(2026, 1, 1), dt.date(2025, 2, 1))


def test_weeks_begin_today_and_end_after_eight():
    amounts = [(-9, 1), (0, 2), (6, 4), (7, 8), (55, 16), (56, 32)]
    found = weeks([(TODAY + days * DAY, Decimal(amount)) for days, amount in amounts], TODAY)
    assert [week.amount for week in found] == [7, 8, 0, 0, 0, 0, 0, 16]
    assert (found[0].first, found[7].last) == (TODAY, TODAY + 55 * DAY)


def test_other_stores_have_figures_of_their_own(books, other_store):
    ExpectedCash.objects.create(store=other_store, currency="EUR", day=TODAY, amount=10**6)
    week = {"first": dt.date(2026, 1, 1), "week": 0, "by_due": 1, "by_habit": 1, "paid": 10**6}
    ForecastWeek.objects.create(store=other_store, currency="EUR", **week)
    assert by_habit(books.controller, "EUR", TODAY).weeks[0].amount < 10**6
    assert all(row.store == books.store for row in checked(books.controller, "EUR").weeks)
    with books.at(TODAY):
        nightly.compute(books.store)
    assert ExpectedCash.objects.filter(store=other_store).exists()


def test_error():
    pairs = [(Decimal(10), Decimal(8)), (Decimal(0), Decimal(12))]
    assert error(pairs) == Decimal(14) / 20
    assert error([(Decimal(5), Decimal(0))]) is None
    assert error([(Decimal("1.50"), Decimal("0.50"))]) == 2


def test_changes_of_a_week_and_checks_for_those_who_see_all_companies(actor):
    assert (checked(actor, "EUR") is None) == (not actor.all_companies)
    before = TODAY - 6 * DAY  # A week ago ended on the day before this one.
    changes: dict[int, int] = defaultdict(int)
    for fact in its(actor.company_ids):
        changes[fact.company] += fact.balance - fact.balance_before(before)
    largest = sorted(((c, amount) for c, amount in changes.items() if amount), key=lambda c: -abs(c[1]))
    found = largest_changes(actor, "EUR", TODAY)
    assert [(change.company_id, change.difference.amount) for change in found] == largest[:MOST]
    assert found


def test_computed_again_it_is_the_same(books):
    rows = list(
        ForecastWeek.objects.filter(store=books.store).values_list("currency", "first", "week", "paid")
    )
    with books.at(TODAY):
        nightly.compute(books.store)
    again = ForecastWeek.objects.filter(store=books.store)
    assert sorted(again.values_list("currency", "first", "week", "paid")) == sorted(rows)
    assert NightlyFigures.objects.get(store=books.store).day == TODAY
