"""The way of a Change to the store, the same for every verb; `state_machine.py` says what follows from what.

No HTTP call happens inside a database transaction: that a Change is `sent` is committed before anything is
sent, so that whoever finds it so knows that the store may have heard of it. Every step is a compare-and-set on
state and attempt: whoever was overtaken by another process writes nothing and does nothing more.
"""

import datetime as dt
import json
import logging
import time
import uuid
from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.receivables.changes import execution, line, state_machine, telling
from arportal.receivables.changes.clock import Clock, clock_from, database_now
from arportal.receivables.changes.draft import Content
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.execution import EventRecord, Handler, LookupResult
from arportal.receivables.changes.state_machine import (
    Action,
    DeliveryState,
    Event,
    LookupOutcome,
    transition_after,
)
from arportal.receivables.models import Change, ChangeQuerySet
from arportal.stores.models import Membership

__all__ = [
    "EventRecord",
    "Handler",
    "LookupResult",
    "apply_event",
    "execute",
    "existing",
    "handlers",
    "lock_company",
    "resume",
    "unfinished",
]

logger = logging.getLogger(__name__)
State = Change.State
SETTLED = (State.APPLIED, State.REFUSED)
handlers: dict[str, Handler] = {}
# Each step makes the next event; without one the Change rests where it is.
STEPS: dict[Action, Callable[[Handler, Change, Clock], EventRecord | None]] = {
    Action.SEND: execution.send,
    Action.LOOK_UP: execution.look_up,
    Action.READ_BACK: execution.read_back,
}
# Seconds between attempts to write down what happened, on a new connection to the database each time.
PAUSES = (0.0, 0.5, 2.0)
USED = _lazy("This form was already used for something else. Nothing was sent; start again.")


def existing(actor: Membership, change_id: uuid.UUID, verb: Change.Verb, content: Content) -> Change | None:
    """The Change that this form has already become, for a second click or a reload.

    Raises Invalid when the id was used before, but for something else or by somebody else.
    """
    change = Change.objects.select_related("store", "actor").filter(pk=change_id).first()
    if change is None:
        return None
    check_same(change, actor, verb, content)
    return change


def check_same(change: Change, actor: Membership, verb: Change.Verb, content: Content) -> None:
    """Raises Invalid when the Change was asked for by somebody else, or is about something else."""
    # As it comes back from the database: JSON knows neither tuples nor keys that are numbers.
    kept = {
        name: json.loads(json.dumps(value)) if isinstance(value, dict) else value
        for name, value in content.items()
    }
    same = {name: getattr(change, name) for name in content} == kept
    if change.actor_id != actor.pk or change.verb != verb or not same:
        raise Invalid({"": [str(USED)]})


def lock_company(store_id: int, company_id: int) -> None:
    """Locks the company until the end of the transaction: nobody else can ask for a change of its balances."""
    lock_companies(store_id, [company_id])


def lock_companies(store_id: int, company_ids: Collection[int]) -> None:
    """Locks all of them, sorted: two that did so in another order would wait for each other for ever."""
    names = [f"{store_id}/{company_id}" for company_id in sorted(set(company_ids))]
    # The rows of unnest come in the order of the array.
    query = "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(%s::text[]) AS name"
    with connection.cursor() as cursor:
        cursor.execute(query, [names])


def write_down(asked: Sequence[Change]) -> None:
    """Call it with their companies locked. Raises Invalid, nothing done, when one of their ids was used before."""
    now = database_now()
    for number, change in enumerate(asked):
        # One statement has one moment: the order in which they were asked for would be lost.
        change.asked_at = now + dt.timedelta(microseconds=number)
    try:
        with transaction.atomic():
            Change.objects.bulk_create(asked)
            telling.tell_asked(asked)
    except IntegrityError as taken:
        raise Invalid({"": [str(USED)]}) from taken


def execute(change: Change) -> Change:
    """Sends a Change that was asked for, unless somebody else is at it, and settles it by the answer. One that may
    wait for room is left to the worker."""
    if change.is_in_line:
        line.start(change.store_id)
        return change
    return apply_event(change, EventRecord(state_machine.Started(database_now())))


def resume(change: Change, now: dt.datetime) -> Change:
    """Does what is due on a Change at this moment: sends, looks up, reads back, gives up, or waits."""
    return apply_event(change, EventRecord(state_machine.Polled(now)))


def apply_event(change: Change, record: EventRecord | None) -> Change:
    """Writes down what the event makes of the Change, and goes on from there as far as is possible now."""
    clock = clock_from(record.event.at) if record else database_now
    while record is not None:
        transition = transition_after(_delivery(change), record.event)
        if not _write(change, transition.delivery, record):
            return change
        step = STEPS.get(transition.action)
        record = step(handlers[change.verb], change, clock) if step else None
    return change


def unfinished() -> ChangeQuerySet:
    """Every Change on which something may be due, the oldest first."""
    waiting = Change.objects.under_way() | Change.objects.not_mirrored()
    return waiting.select_related("store", "actor").order_by("asked_at")


def _delivery(change: Change) -> DeliveryState:
    minutes = change.store.quarantine
    return DeliveryState(
        state=State(change.state),
        asked_at=change.asked_at,
        attempts=change.attempts,
        sent_at=change.sent_at,
        looked_at=change.looked_at,
        settled_at=change.settled_at,
        is_mirrored=change.mirrored_at is not None,
        unattended=change.is_unattended,
        deferred_since=(change.approved_at or change.asked_at) if change.is_deferred else None,
        quarantine=None if minutes is None else dt.timedelta(minutes=minutes),
    )


def _write(change: Change, delivery: DeliveryState, record: EventRecord) -> bool:
    """False when another process has moved the Change; then `change` becomes what it is by now.

    An answer of the store is worth some patience: with the connection to the database cut, a new one is tried.
    """
    if delivery == _delivery(change):
        return True
    values = _values(change, delivery, record)
    for pause in PAUSES:
        try:
            return _compare_and_set(change, values)
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block:
                raise
            logger.warning("change %s could not be written down; trying again", change.pk, exc_info=True)
            connection.close()
            time.sleep(pause)
    return _compare_and_set(change, values)


def _values(change: Change, delivery: DeliveryState, record: EventRecord) -> dict[str, Any]:
    words = record.words or (_reason(change, record.event) if delivery.state == State.REFUSED else "")
    has_moved = delivery.state != change.state
    return {
        "state": delivery.state,
        "attempts": delivery.attempts,
        "sent_at": delivery.sent_at,
        "looked_at": delivery.looked_at,
        "settled_at": delivery.settled_at,
        "mirrored_at": record.event.at if delivery.is_mirrored else None,
        "error": words or ("" if has_moved else change.error),
    } | record.fields


def _compare_and_set(change: Change, values: dict[str, Any]) -> bool:
    # Where another process is writing just now, PostgreSQL waits for it and then looks at the row again.
    rows = Change.objects.filter(pk=change.pk, state=change.state, attempts=change.attempts)
    # Durable: that it is sent must not be taken back together with a transaction of the caller's.
    with transaction.atomic(durable=values["state"] == State.SENT):
        if values["mirrored_at"] is not None:
            # From here on its amounts are looked for in the mirror alone. Whoever has just read a balance there
            # and goes on to count what is on the way must find it in one of the two.
            lock_company(change.store_id, change.company_id)
        written = rows.update(**values)
        if written and values["state"] in SETTLED and not change.is_settled:
            telling.tell_settled(change, values)
    if not written:
        change.refresh_from_db()
        return False
    for name, value in values.items():
        setattr(change, name, value)
    return True


def _reason(change: Change, event: Event) -> str:
    match event:
        case state_machine.LookedUp(outcome=LookupOutcome.GONE):
            return _("The store no longer has what this was to change.")
        case state_machine.LookedUp():
            return _("It was changed at the store in the meantime; this was not done.")
        case state_machine.Polled() if change.is_deferred:
            return _("The store had no room for it for a whole day: nothing was sent.")
    return _("Nothing was sent: the page was interrupted.")
