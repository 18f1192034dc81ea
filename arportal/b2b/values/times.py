"""Times on the wire are Unix seconds in every possible dress; here they are aware UTC datetimes, and days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from typing import Any

from arportal.b2b.errors import InvalidRequest, InvalidResponse, shown

FIRST_DAY = date(1970, 1, 2)  # the first that the API can keep: 0 seconds means that no time is set
_LATEST = 253_402_300_799  # the last second of year 9999; milliseconds land above it and are refused


def parse_time(value: Any) -> datetime | None:
    """Unix seconds as int, Decimal or digit-string; null, "" and 0 mean that no time is set.

    Raises InvalidResponse for anything else, milliseconds included.
    """
    if value is None or value == "":
        return None
    seconds = None
    if type(value) is int:
        seconds = value
    elif isinstance(value, Decimal) and value.is_finite() and value.adjusted() < 12:
        seconds = int(value)
    elif (
        isinstance(value, str) and len(value) < 19 and value.isascii() and value.replace(".", "", 1).isdigit()
    ):
        seconds = int("0" + value.partition(".")[0])
    if seconds is None or not 0 <= seconds <= _LATEST:
        raise InvalidResponse(f"{shown(value)} is not a Unix time in seconds")
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def unix(moment: datetime | int) -> int:
    """Whole Unix seconds of an aware datetime, for sending; a naive one is InvalidRequest."""
    if isinstance(moment, int):
        return moment
    if moment.tzinfo is None:
        raise InvalidRequest("a time needs its time zone")
    return int(moment.timestamp())


def day_of(moment: datetime, zone: tzinfo) -> date:
    """The day that an aware moment stands for in a store of this time zone.

    Who means a day writes 00:00:00 UTC of it, as integrations do for due dates: exactly that moment is the UTC
    day in every zone. Any other is the day on which it falls in the store. `mirror/rows/days.py` says the
    same in SQL.
    """
    utc = moment.astimezone(UTC)
    if utc.time() == time():
        return utc.date()
    try:
        return utc.astimezone(zone).date()
    except OverflowError:  # it falls on the first day of the year 10000
        return date.max


def moment_of(day: date) -> datetime:
    """The moment that `day_of` reads back as this day in every zone: what is sent for a day."""
    return datetime.combine(day, time(), UTC)
