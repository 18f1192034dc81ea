"""Times: Unix seconds in any dress, aware UTC inside."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from arportal.b2b import InvalidRequest, InvalidResponse
from arportal.b2b.values.times import parse_time, unix

NOON = datetime(2025, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("value", [1751371200, "1751371200", Decimal("1751371200.9"), "1751371200.25"])
def test_it_works(value: Any) -> None:
    assert parse_time(value) == NOON


@pytest.mark.parametrize("value", [None, "", 0, "0"])
def test_no_time(value: Any) -> None:
    assert parse_time(value) is None


@pytest.mark.parametrize(
    "value",
    [
        "2025-07-01",
        True,
        [],
        {},
        -1,
        "-5",
        1751371200000,
        10**30,
        Decimal("NaN"),
        Decimal("1E+40"),
        1.5,
        " 1",
    ],
)
def test_what_is_no_time_is_refused(value: Any) -> None:
    with pytest.raises(InvalidResponse, match="is not a Unix time"):
        parse_time(value)


def test_sending_whole_seconds() -> None:
    assert unix(NOON) == unix(NOON.astimezone(timezone(timedelta(hours=9)))) == unix(1751371200) == 1751371200


def test_a_naive_time_is_not_sent() -> None:
    with pytest.raises(InvalidRequest, match="time zone"):
        unix(NOON.replace(tzinfo=None))
