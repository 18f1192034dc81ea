"""The outcome for a pass when one read fails: of every kind of read and every kind of failure, in one table."""

from collections.abc import Callable
from enum import StrEnum

from arportal.b2b.errors import (
    B2BError,
    Forbidden,
    InvalidRequest,
    InvalidResponse,
    NotFound,
    RateLimited,
    Refused,
    Unauthorized,
    Unavailable,
)
from arportal.mirror.rate_limit.budget import Paused


class Read(StrEnum):
    """The kinds of reads. Without the MAIN lists (companies, invoices, payments) no figure is right; a SIDE list is
    any other list, long or small, and invoices that are owed read once more; OF_COMPANY is its credit or terms; a
    RECORD is asked for by its id."""

    MAIN = "main list"
    SIDE = "side list"
    OF_COMPANY = "of a company"
    RECORD = "record"


class Outcome(StrEnum):
    """STOP ends the pass. LEFT_OUT is named and tried in the next. OFF is for this store: asked again daily.
    GONE: the record is no more, or its company has to be looked up."""

    STOP = "stop"
    LEFT_OUT = "left out"
    OFF = "off"
    GONE = "gone"


_STOP, _LEFT_OUT, _OFF, _GONE = Outcome.STOP, Outcome.LEFT_OUT, Outcome.OFF, Outcome.GONE
# fmt: off
_OUTCOMES: dict[type[B2BError], tuple[Outcome, Outcome, Outcome, Outcome]] = {
    #                 MAIN   SIDE       OF_COMPANY RECORD
    Paused:          (_STOP, _STOP,     _STOP,     _STOP),      # the breaker is open: everything fails
    InvalidRequest:  (_STOP, _STOP,     _STOP,     _STOP),      # a fault of ours
    Unauthorized:    (_STOP, _LEFT_OUT, _LEFT_OUT, _LEFT_OUT),  # 401
    Forbidden:       (_STOP, _OFF,      _OFF,      _LEFT_OUT),  # 403
    NotFound:        (_STOP, _OFF,      _GONE,     _GONE),      # 404
    Refused:         (_STOP, _OFF,      _OFF,      _LEFT_OUT),  # 400, 422 and other 4xx
    RateLimited:     (_STOP, _LEFT_OUT, _LEFT_OUT, _LEFT_OUT),  # 429
    Unavailable:     (_STOP, _LEFT_OUT, _LEFT_OUT, _LEFT_OUT),  # 5xx, a time-out, no connection
    InvalidResponse: (_STOP, _LEFT_OUT, _LEFT_OUT, _LEFT_OUT),  # HTML, null or missing where it must not be
}
# fmt: on
# These may mean that nothing works any more, a token withdrawn say; the others were answers to one question.
_DOUBTFUL = (Unauthorized, Forbidden, Unavailable)


def outcome(error: B2BError, read: Read) -> Outcome:
    kind = next((kind for kind in type(error).__mro__ if kind in _OUTCOMES), InvalidRequest)
    return _OUTCOMES[kind][list(Read).index(read)]


def weigh(error: B2BError, read: Read, ask_main: Callable[[], object]) -> Outcome:
    """The outcome, unless it is STOP: then `error` is raised.

    `ask_main` reads a little that must work. If that fails too, what failed is the store or our token as a
    whole, and its error is raised; if it works, failures in a row are counted anew (`breaker.py`).
    """
    weighed = outcome(error, read)
    if weighed is Outcome.STOP:
        raise error
    if isinstance(error, _DOUBTFUL):
        ask_main()
    return weighed
