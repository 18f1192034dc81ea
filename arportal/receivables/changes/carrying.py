"""How one verb talks to the API, and what is made of what the API says: each call here becomes one Event."""

import logging
import time
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import DatabaseError
from django.db.models import F
from django.db.models.functions import Now

from arportal.b2b.errors import B2BError, InvalidRequest, NotFound, RateLimited, Unauthorized, Unavailable
from arportal.mirror.api.connections import before_writing
from arportal.receivables.changes import deciding, deferring
from arportal.receivables.changes.clock import Clock
from arportal.receivables.changes.deciding import Event, Fate
from arportal.receivables.changes.errors import in_words
from arportal.receivables.models import Change

logger = logging.getLogger(__name__)
# The answers that say for sure that nothing was done. Any other leaves it open: 409 and 499, for instance, may
# mean that somebody, or the first half of the same request, was there before.
REFUSALS = frozenset({400, 401, 403, 404, 413, 415, 422})


@dataclass(frozen=True)
class Finding:
    """What a look at the store says. `target_id`: the API id of what was made or changed, when it is DONE."""

    fate: Fate
    target_id: int | None = None


class Stale(Exception):
    """The carrier found, before sending, that what the person saw is no longer so. The message says how."""


class Carrier(Protocol):
    """How one verb talks to the API."""

    def send(self, change: Change) -> int:
        """Asks the API to do it, once. Returns the API id of what was made or changed. May raise Stale."""

    def look_up(self, change: Change) -> Finding:
        """What became of it. NotFound means that the thing itself is gone."""

    def mirror(self, change: Change) -> None:
        """Reads back what the Change touched, so that people see what they did."""


@dataclass(frozen=True)
class Report:
    """An event, and what is to be written down with it: words for people, fields of the Change."""

    event: Event
    words: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


def send(carrier: Carrier, change: Change, clock: Clock) -> Report:
    door = _Door(change)
    try:
        with before_writing(door.passes):
            target_id = carrier.send(change)
    except Stale as stale:
        return Report(deciding.Declined(clock()), words=str(stale))
    except B2BError as error:
        deferring.met(error)
        heard = {"request_id": error.request_id or ""}
        return Report(door.event_of(error, clock), words=in_words(error), fields=heard)
    except Exception:
        # Whatever went wrong on our side may have done so after the request had left.
        logger.exception("change %s: nobody knows whether it was sent", change.pk)
        return Report(deciding.Lost(clock()))
    return Report(deciding.Answered(clock()), fields={"target_id": target_id})


def look_up(carrier: Carrier, change: Change, clock: Clock) -> Report | None:
    put = clock()
    try:
        finding = carrier.look_up(change)
    except NotFound:
        finding = Finding(Fate.GONE)
    except B2BError:
        return None  # Cannot be asked now: it stays as it is until the next look.
    found = {"target_id": finding.target_id} if finding.target_id else {}
    return Report(deciding.LookedUp(clock(), put=put, fate=finding.fate), fields=found)


def read_back(carrier: Carrier, change: Change, clock: Clock) -> Report | None:
    try:
        carrier.mirror(change)
    except B2BError:
        return None  # It is done all the same; the worker reads it back later.
    except Exception:  # Nor may a fault of ours make a page fail that tells of what is done.
        logger.exception("change %s is done, but could not be read back", change.pk)
        return None
    return Report(deciding.ReadBack(clock()))


class _Door:
    """Through which the write leaves: the last moment at which we can still say no.

    A process may stand still between claiming a Change and sending it: waiting for its turn, swapped out,
    frozen with its machine. When it wakes, another may have looked, found nothing and sent the Change again.
    """

    def __init__(self, change: Change) -> None:
        self._change, self._began, self._passed = change, time.monotonic(), 0

    def passes(self) -> None:
        """Raises Unavailable, nothing sent, when the Change is no longer ours or it has taken too long."""
        if not self._passed and not self._is_still_ours():
            raise Unavailable("It waited too long for its turn; nothing was sent")
        self._passed += 1

    def event_of(self, error: B2BError, clock: Clock) -> Event:
        """What an error means for the Change. One about anything but its one write says nothing about that."""
        if self._passed > 1 or (self._passed and error.method in ("", "GET")):
            return deciding.Lost(clock())
        if isinstance(error, (RateLimited, Unavailable)):
            return deciding.Unsent(clock())
        unsent = isinstance(error, (InvalidRequest, Unauthorized)) and error.status is None
        return deciding.Declined(clock()) if unsent or error.status in REFUSALS else deciding.Lost(clock())

    def _is_still_ours(self) -> bool:
        if time.monotonic() - self._began > deciding.HASTE.total_seconds():
            return False
        mine = Change.objects.filter(
            pk=self._change.pk, state=Change.State.SENT, attempts=self._change.attempts
        )
        try:
            age = mine.values_list(Now() - F("sent_at"), flat=True).first()
        except DatabaseError:
            logger.exception("change %s was not sent: the database did not answer", self._change.pk)
            return False
        return age is not None and age <= deciding.HASTE
