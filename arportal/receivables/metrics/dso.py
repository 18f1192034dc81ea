"""Days sales outstanding: how many days of sales are still to be paid for. Pure functions of amounts and days."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from arportal.receivables.metrics.days import Days, Missing
from arportal.receivables.metrics.flows import NOTHING, between, months_back

WINDOW = 90
MONTHS = 24


def sales_of_window(sales: Mapping[dt.date, Decimal], today: dt.date) -> Decimal:
    """The sales of the last 90 days, today included."""
    return between(sales, today - dt.timedelta(days=WINDOW - 1), today)


def simple(amount: Decimal, sold: Decimal) -> Days:
    """An amount over the sales of the last 90 days, times 90: the DSO of all that is open, or, of what is open and
    not overdue, the best DSO possible."""
    if sold <= 0:
        return Days(None, Missing.NO_SALES)
    return Days(amount / sold * WINDOW)


def countback(amount: Decimal, sales: Mapping[dt.date, Decimal], today: dt.date) -> Days:
    """The open amount taken off month by month, from today back: each month whose sales it covers counts with all its
    days, the last one with its share."""
    days = NOTHING
    if amount <= 0:
        return Days(days)
    for month in months_back(sales, today, MONTHS):
        if amount <= month.amount:
            return Days(days + month.days * amount / month.amount)
        days += month.days
        amount -= max(month.amount, NOTHING)
    return Days(None, Missing.OLDER_THAN_SALES)
