"""The calls of one verb to the API, and what is made of the answers: each call becomes one Event."""

import logging
import time
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import DatabaseError
from django.db.models import F
from django.db.models.functions import Now

from arportal.b2b import Client
from arportal.b2b.errors import B2BError, InvalidRequest, NotFound, RateLimited, Unauthorized, Unavailable
from arportal.mirror.api.connections import client_for
from arportal.receivables.changes import deferring, state_machine
from arportal.receivables.changes.clock import Clock
from arportal.receivables.changes.errors import Conflict, in_words
from arportal.receivables.changes.state_machine import Event, LookupOutcome
from arportal.receivables.models import Change

logger = logging.getLogger(__name__)
# The answers that say for sure that nothing was done. Any other leaves it open: 409 and 499, for instance, may
# mean that somebody, or the first half of the same request, was there before.
REFUSALS = frozenset({400, 401, 403, 404, 413, 415, 422})


class HalfDone(Exception):
    """The first of a Change's two writes is done, the other may be: it is looked at, and gone on with later."""


@dataclass(frozen=True)
class LookupResult:
    """The answer of a look at the store. `target_id`: the API id of what was made or changed, when it is DONE."""

    outcome: LookupOutcome
    target_id: int | None = None


class Handler(Protocol):
    """The calls of one verb to the API. Any process makes them, with neither person nor form at hand."""

    def send(self, client: Client, change: Change) -> int:
        """Asks the API to do it, once. Returns the API id of what was made or changed. May raise Conflict."""

    def look_up(self, client: Client, change: Change) -> LookupResult:
        """Looks what became of it. NotFound means that the thing itself is gone."""

    def read_back(self, change: Change) -> None:
        """Has the mirror read again what the Change touched, so that people see what they did."""


@dataclass(frozen=True)
class EventRecord:
    """An event, and what is to be written down with it: words for people, fields of the Change."""

    event: Event
    words: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


def send(handler: Handler, change: Change, clock: Clock) -> EventRecord:
    fence = SendFence(change)
    try:
        target_id = handler.send(client_for(change.store).fenced(fence.check), change)
    except Conflict as conflict:
        return EventRecord(state_machine.Rejected(clock()), words=str(conflict))
    except HalfDone:
        logger.warning("change %s is half done", change.pk, exc_info=True)
        return EventRecord(state_machine.OutcomeUnknown(clock()))
    except B2BError as error:
        deferring.met(error)
        fields = {"request_id": error.request_id or ""}
        return EventRecord(fence.event_of(error, clock), words=in_words(error), fields=fields)
    except Exception:
        # Whatever went wrong on our side may have done so after the request had left.
        logger.exception("change %s: nobody knows whether it was sent", change.pk)
        return EventRecord(state_machine.OutcomeUnknown(clock()))
    return EventRecord(state_machine.Confirmed(clock()), fields={"target_id": target_id})


def look_up(handler: Handler, change: Change, clock: Clock) -> EventRecord | None:
    put = clock()
    try:
        result = handler.look_up(client_for(change.store), change)
    except NotFound:
        result = LookupResult(LookupOutcome.GONE)
    except B2BError:
        return None  # Cannot be asked now: it stays as it is until the next look.
    fields = {"target_id": result.target_id} if result.target_id else {}
    return EventRecord(state_machine.LookedUp(clock(), put=put, outcome=result.outcome), fields=fields)


def read_back(handler: Handler, change: Change, clock: Clock) -> EventRecord | None:
    try:
        handler.read_back(change)
    except B2BError:
        return None  # It is done all the same; the worker reads it back later.
    except Exception:  # Nor may a fault of ours make a page fail that tells of what is done.
        logger.exception("change %s is done, but could not be read back", change.pk)
        return None
    return EventRecord(state_machine.Mirrored(clock()))


class SendFence:
    """The last moment before a write leaves, at which we can still say no.

    A process may stand still between claiming a Change and sending it: waiting for its turn, swapped out,
    frozen with its machine. When it wakes, another may have looked, found nothing and sent the Change again.
    """

    def __init__(self, change: Change) -> None:
        self._change = change
        self._began = time.monotonic()
        self._passed = 0

    def check(self) -> None:
        """Raises Unavailable, this write not sent, when the Change is no longer ours or it has taken too long."""
        age = None
        if time.monotonic() - self._began <= state_machine.SEND_DEADLINE.total_seconds():
            mine = Change.objects.filter(
                pk=self._change.pk, state=Change.State.SENT, attempts=self._change.attempts
            )
            try:
                age = mine.values_list(Now() - F("sent_at"), flat=True).first()
            except DatabaseError:
                logger.exception("change %s was not sent: the database did not answer", self._change.pk)
        if age is None or age > state_machine.SEND_DEADLINE:
            raise Unavailable("It waited too long for its turn; nothing was sent")
        self._passed += 1

    def event_of(self, error: B2BError, clock: Clock) -> Event:
        """The event that an error is. One about anything but the Change's one write says nothing about it."""
        if self._passed > 1 or (self._passed and error.method in ("", "GET")):
            return state_machine.OutcomeUnknown(clock())
        if isinstance(error, (RateLimited, Unavailable)):
            return state_machine.NotSent(clock())
        unsent = isinstance(error, (InvalidRequest, Unauthorized)) and error.status is None
        return (
            state_machine.Rejected(clock())
            if unsent or error.status in REFUSALS
            else state_machine.OutcomeUnknown(clock())
        )
