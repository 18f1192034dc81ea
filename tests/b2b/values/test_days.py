"""Days written as moments: midnight UTC of the day meant, or the moment at which it was in the store."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from arportal.b2b import FIRST_DAY, day_of, moment_of
from arportal.b2b.values.times import parse_time, unix

# 11 and 8 hours behind UTC, with summer time; UTC; 9 and 14 hours before it.
ZONES = ("Pacific/Pago_Pago", "America/Los_Angeles", "UTC", "Asia/Tokyo", "Pacific/Kiritimati")
A_YEAR = [date(2028, 1, 1) + timedelta(days=number) for number in range(366)]


@pytest.mark.parametrize("zone", ZONES)
def test_every_day_of_a_year_is_read_back_as_it_was_written(zone: str) -> None:
    at_the_store = [parse_time(unix(moment_of(day))) for day in A_YEAR]
    assert [day_of(moment, ZoneInfo(zone)) for moment in at_the_store if moment] == A_YEAR


@pytest.mark.parametrize("zone", ZONES)
def test_the_stores_own_midnight_is_its_day_too(zone: str) -> None:
    """So we wrote due dates ourselves once."""
    at_the_store = [datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) for day in A_YEAR]
    assert [day_of(moment, ZoneInfo(zone)) for moment in at_the_store] == A_YEAR


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        # A real answer: 1760659200, due on the 17th.
        ("America/Los_Angeles", datetime(2025, 10, 17, tzinfo=UTC), date(2025, 10, 17)),
        ("America/Los_Angeles", datetime(2025, 10, 17, 0, 0, 1, tzinfo=UTC), date(2025, 10, 16)),
        ("America/Los_Angeles", datetime(2025, 10, 16, 23, 59, 59, tzinfo=UTC), date(2025, 10, 16)),
        # The hours about the change to summer time, and back.
        ("America/Los_Angeles", datetime(2026, 3, 8, 7, 59, tzinfo=UTC), date(2026, 3, 7)),
        ("America/Los_Angeles", datetime(2026, 3, 8, 8, 0, tzinfo=UTC), date(2026, 3, 8)),
        ("America/Los_Angeles", datetime(2026, 3, 9, 6, 59, tzinfo=UTC), date(2026, 3, 8)),
        ("America/Los_Angeles", datetime(2026, 3, 9, 7, 0, tzinfo=UTC), date(2026, 3, 9)),
        ("America/Los_Angeles", datetime(2026, 11, 1, 6, 59, tzinfo=UTC), date(2026, 10, 31)),
        ("America/Los_Angeles", datetime(2026, 11, 2, 7, 59, tzinfo=UTC), date(2026, 11, 1)),
        ("Pacific/Pago_Pago", datetime(2026, 1, 1, 10, 59, tzinfo=UTC), date(2025, 12, 31)),
        ("UTC", datetime(2026, 1, 1, 23, 59, tzinfo=UTC), date(2026, 1, 1)),
        ("Asia/Tokyo", datetime(2026, 1, 1, 15, 0, tzinfo=UTC), date(2026, 1, 2)),
        ("Pacific/Kiritimati", datetime(2026, 1, 1, 10, 0, tzinfo=UTC), date(2026, 1, 2)),
        # The last moment that the API can send is in a year there that Python does not know.
        ("Pacific/Kiritimati", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), date.max),
    ],
)
def test_what_day_a_moment_is(zone: str, moment: datetime, day: date) -> None:
    assert day_of(moment, ZoneInfo(zone)) == day
    assert day_of(moment.astimezone(ZoneInfo("Pacific/Pago_Pago")), ZoneInfo(zone)) == day


def test_the_first_day_that_can_be_kept() -> None:
    assert parse_time(unix(moment_of(FIRST_DAY))) == moment_of(FIRST_DAY)
    assert parse_time(unix(moment_of(FIRST_DAY - timedelta(days=1)))) is None
