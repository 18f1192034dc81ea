"""What came in, by month and in the same days of two months."""

import datetime as dt
import random
from decimal import Decimal

from arportal.receivables.metrics.collections import by_month, this_month


def on(month: int, day: int, year: int = 2026) -> dt.date:
    return dt.date(year, month, day)


def test_the_same_days_of_last_month():
    receipts = {on(3, 1): Decimal(5), on(3, 10): Decimal(7), on(2, 10): Decimal(2), on(2, 11): Decimal(100)}
    receipts |= {on(2, 1): Decimal(1), on(1, 31): Decimal(100)}
    so_far = this_month(receipts, on(3, 10))
    assert (so_far.amount, so_far.before, so_far.until) == (12, 3, on(2, 10))


def test_last_month_may_be_shorter():
    receipts = {on(2, 28): Decimal(3), on(1, 31): Decimal(100)}
    assert this_month(receipts, on(3, 31)).before == 3
    assert this_month(receipts, on(3, 31)).until == on(2, 28)


def test_the_first_of_a_year():
    assert this_month({on(12, 1, 2025): Decimal(4)}, on(1, 1)).before == 4


def test_twelve_months_against_a_sum_by_hand():
    rng = random.Random(3)
    today = on(3, 10)
    receipts = {
        today - dt.timedelta(days=back): Decimal(rng.randrange(-20, 90)) for back in range(-9, 500, 3)
    }
    months = by_month(receipts, today)
    assert [month.first for month in months] == [
        *(on(n, 1, 2025) for n in range(4, 13)),
        *(on(n, 1) for n in (1, 2, 3)),
    ]
    assert [month.last for month in months[-2:]] == [on(2, 28), today]
    for month in months:
        assert month.amount == sum(
            amount for day, amount in receipts.items() if month.first <= day <= month.last
        )
