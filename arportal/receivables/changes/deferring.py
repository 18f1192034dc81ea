"""One request of a person: may what it asks for wait for room at the store, and has it met a store without any?

The page's door opens one of these for each request; nobody passes it on. It is read in four kinds of places: where
a Change is written down, where a verb would read from the store before that, where a read or a write has failed,
and where the page is drawn.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from arportal.b2b.errors import B2BError, RateLimited
from arportal.mirror.rate_limit.budget import Paused


@dataclass
class _Asking:
    is_deferred: bool = False
    seconds: float = 0.0


_asking: ContextVar[_Asking | None] = ContextVar("asking", default=None)


@contextmanager
def asking(*, is_deferred: bool) -> Iterator[None]:
    """One person's request: with `is_deferred`, what it asks for is not sent at once, but checked against the mirror,
    without a word to the store, and waits in the store's line (`line.py`)."""
    before = _asking.set(_Asking(is_deferred))
    try:
        yield
    finally:
        _asking.reset(before)


def is_deferred() -> bool:
    request = _asking.get()
    return request is not None and request.is_deferred


def met(error: B2BError) -> None:
    """Call it with what has kept a read or a write from happening: a store without room is remembered."""
    request = _asking.get()
    if request is not None and isinstance(error, (RateLimited, Paused)):
        request.seconds = max(error.wait, 1.0)


def get_by() -> None:
    """Call it where a page can do without what the store had no room to tell."""
    request = _asking.get()
    if request is not None:
        request.seconds = 0.0


def busy() -> int:
    """Seconds until the store has room, when this request has met it without; else 0."""
    request = _asking.get()
    return round(request.seconds) if request is not None else 0
