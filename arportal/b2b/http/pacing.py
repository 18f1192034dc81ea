"""Waiting: who decides when a request may go, who is told about it, and how long a refusal asks us to wait."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

_NUMBER = re.compile(r"\s*(\d{1,9}(?:\.\d+)?)", re.ASCII)
_SECONDS_HEADERS = ("X-Request-Window-Resets-After", "X-Requests-Window-Resets-After")
_LONGEST_BACKOFF = 60.0
_LONGEST_ASKED = 3600.0  # a window is a minute; a header that asks for more than an hour is broken


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came of it, for logs and metrics. `path` has no query, nothing here is secret.

    `status` is None and `failure` a word ("ReadTimeout") when no complete answer came; `seconds` is wall time.
    """

    method: str
    path: str
    status: int | None
    seconds: float
    attempt: int
    received_bytes: int
    request_id: str | None
    failure: str | None


Hook = Callable[[Exchange], None]
# Asked before a write, once its turn has come; what it raises stops the write.
Fence = Callable[[], None]


class Pacer(Protocol):
    """Shares the store's request budget between everybody who talks to it."""

    def before(self, method: str, path: str) -> None:
        """Return when the request may go; raise RateLimited to say that it may not."""

    def after(self, status: int | None, headers: Mapping[str, str]) -> None:
        """Called after every attempt, with the answer's headers; status None means that no answer came."""


def leading_number(value: str | None) -> float | None:
    """The number a prose header starts with: 0.397 of "0.397 s", 150 of "150 times/60 s"."""
    number = _NUMBER.match(value or "")
    return float(number[1]) if number else None


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds an answer's headers ask us to wait, from whichever of the known headers is there; at most an hour."""
    milliseconds = leading_number(headers.get("X-Rate-Limit-Time-Reset-Ms"))
    told = [
        *(leading_number(headers.get(name)) for name in _SECONDS_HEADERS),
        None if milliseconds is None else milliseconds / 1000,
        _retry_after(headers.get("Retry-After")),
    ]
    return next((min(seconds, _LONGEST_ASKED) for seconds in told if seconds is not None), None)


def backoff(attempt: int) -> float:
    """Seconds before the retry after attempt 1, 2, 3 …: half a second doubling, spread by half of itself."""
    longest = min(0.5 * 2 ** (attempt - 1), _LONGEST_BACKOFF)
    return jittered(longest / 2, longest / 2)


def jittered(seconds: float, spread: float) -> float:
    return seconds + random.uniform(0.0, spread)  # noqa: S311 - spreads retries, guards no secret


def _retry_after(value: str | None) -> float | None:
    """Seconds in a Retry-After header, which holds a number or the date when to come back."""
    seconds = leading_number(value)
    if seconds is not None or not value:
        return seconds
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
