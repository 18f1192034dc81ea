"""DSO: by hand, and against a recomputation that goes its own way."""

import calendar
import datetime as dt
import random
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

import pytest

from arportal.receivables.metrics.days import Missing
from arportal.receivables.metrics.dso import countback, sales_of_window, simple

TODAY = dt.date(2026, 3, 10)


def test_simple():
    assert simple(Decimal(500), Decimal(1000)).number == 45
    assert simple(Decimal(0), Decimal(1000)).number == 0
    assert simple(Decimal(1), Decimal("0.50")).number == 180
    assert str(simple(Decimal(1), Decimal(7)).rounded) == "12.9"


@pytest.mark.parametrize("sold", [0, -5])
def test_no_sales(sold):
    days = simple(Decimal(500), Decimal(sold))
    assert (days.number, days.rounded, days.missing) == (None, None, Missing.NO_SALES)


def test_the_window_is_ninety_days_with_today():
    sales = {TODAY - dt.timedelta(days=back): Decimal(1) for back in range(200)}
    sales[TODAY + dt.timedelta(days=1)] = Decimal(1000)
    assert sales_of_window(sales, TODAY) == 90


def test_countback_by_hand():
    # 300: all of March's 100 (10 days), all of February's 150 (28), 50 of January's 200 (a quarter of 31).
    sales = {
        dt.date(2026, 3, 2): Decimal(100),
        dt.date(2026, 2, 27): Decimal(150),
        dt.date(2026, 1, 1): Decimal(200),
    }
    assert countback(Decimal(300), sales, TODAY).number == 10 + 28 + Decimal("7.75")


def test_a_month_with_more_credit_notes_than_sales_counts_its_days_and_takes_off_nothing():
    sales = {dt.date(2026, 2, 1): Decimal(-70), dt.date(2026, 1, 1): Decimal(200)}
    assert countback(Decimal(200), sales, TODAY).number == 10 + 28 + 31


def test_more_is_open_than_was_ever_sold():
    sales = {dt.date(2026, 2, 1): Decimal(70), dt.date(2024, 3, 31): Decimal(1000)}
    assert countback(Decimal(71), sales, TODAY).missing == Missing.OLDER_THAN_SALES


def test_nothing_is_open():
    assert countback(Decimal(0), {}, TODAY).number == 0
    # Half of the ten days of a month in which one was sold.
    assert countback(Decimal("0.50"), {TODAY: Decimal(1)}, TODAY).number == 5


def naive(amount: int, sales: dict[dt.date, Decimal], today: dt.date) -> Fraction | None:
    """One day at a time: each takes its part of its month's sales."""
    sold: dict[tuple[int, int], Fraction] = defaultdict(Fraction)
    for day, sale in sales.items():
        if day <= today:
            sold[day.year, day.month] += Fraction(sale)
    left = Fraction(amount)
    days = Fraction(0)
    day = today
    months = {(today.year, today.month)}
    while left > 0:
        month = (day.year, day.month)
        its_days = today.day if month == (today.year, today.month) else calendar.monthrange(*month)[1]
        part = max(Fraction(0), sold[month]) / its_days
        days += 1 if part <= left else left / part
        left -= part
        day -= dt.timedelta(days=1)
        months.add((day.year, day.month))
        if len(months) > 24 and left > 0:
            return None
    return days


def test_countback_against_days():
    rng = random.Random(5)
    for _number in range(15):
        today = dt.date(2026, 1, 1) + dt.timedelta(days=rng.randrange(360))
        sales = {
            today - dt.timedelta(days=rng.randrange(-5, 500)): Decimal(rng.randrange(-30, 100))
            for _sale in range(rng.randrange(1, 40))
        }
        amount = rng.randrange(1, 1500)
        expected = naive(amount, sales, today)
        found = countback(Decimal(amount), sales, today)
        assert (found.number is None) == (expected is None), (amount, sales, today)
        if expected is not None:
            assert abs(Fraction(found.number) - expected) < Fraction(1, 10**9)
