"""Today is the store's."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from arportal.stores.models import Store

LATE_IN_LONDON = dt.datetime(2026, 3, 31, 23, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("zone", "today"),
    [("UTC", "2026-03-31"), ("Europe/Berlin", "2026-04-01"), ("America/Denver", "2026-03-31")],
)
def test_it_works(zone, today):
    assert Store(time_zone=zone).today(LATE_IN_LONDON).isoformat() == today


def test_an_unknown_time_zone_is_refused():
    with pytest.raises(ValidationError, match="Mars/Base is not a time zone"):
        Store(
            slug="s", name="S", store_hash="h", api_url="https://api.example.com", time_zone="Mars/Base"
        ).clean_fields()
