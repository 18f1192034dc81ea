"""Money, quantities and dates as documents write them: in the documents' language, whoever asks for one."""

import datetime as dt
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal
from django.conf import settings

from arportal.b2b import Money
from arportal.mirror import figures

MINUS = figures.MINUS


def figure(money: Money) -> str:
    """`1,234.50`: the currency's own decimals, more only where rounding would hide something."""
    return figures.figure(money, settings.LANGUAGE_CODE)


def amount(money: Money, currency: str) -> str:
    """A figure, with its code where that is not the `currency` of the document."""
    return figure(money) if money.currency == currency else f"{figure(money)} {money.currency}"


def quantity(number: Decimal) -> str:
    pattern = "#,##0.##########"
    written: str = format_decimal(number, pattern, settings.LANGUAGE_CODE, decimal_quantization=False)
    return written.replace("-", MINUS)


def day(moment: dt.datetime, zone: dt.tzinfo) -> str:
    """`November 23, 2026`, the date at `moment` in `zone`; a month in words cannot be misread."""
    return calendar_day(moment.astimezone(zone).date())


# An export writes the same few dates thousands of times, and Babel takes its time for each.
@lru_cache(maxsize=4096)
def calendar_day(date: dt.date) -> str:
    return format_date(date, "long", locale=settings.LANGUAGE_CODE)
