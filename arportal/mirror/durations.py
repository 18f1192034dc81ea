"""Lengths of time as people say them."""

import datetime as dt

from babel import Locale
from babel.dates import format_timedelta

MINUTE = dt.timedelta(minutes=1)


def in_plain_units(length: dt.timedelta, locale: Locale) -> str:
    """`45 seconds`, `2 minutes`, `36 hours`: one whole unit, the next larger from one and a half of it on."""
    whole = dt.timedelta(seconds=max(1, round(length.total_seconds())))
    if whole < MINUTE:
        return format_timedelta(whole, threshold=1, locale=locale)
    return format_timedelta(whole, granularity="minute", threshold=1.5, locale=locale)


def seconds_in_plain_units(seconds: float, language: str = "en") -> str:
    return in_plain_units(dt.timedelta(seconds=seconds), Locale.parse(language, sep="-"))
