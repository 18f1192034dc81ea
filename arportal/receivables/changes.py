"""How a Change is carried out. Every verb goes this way; what follows from what is told by `deciding.py`.

No HTTP call happens inside a database transaction: that a Change is `sent` is committed before anything is
sent, so that whoever finds it so knows that the store may have heard of it. Every step is a compare-and-set on
state and attempt: whoever was overtaken by another process writes nothing and does nothing more.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b.errors import (
    B2BError,
    Forbidden,
    InvalidRequest,
    NotFound,
    RateLimited,
    Refused,
    Unauthorized,
    Unavailable,
)
from arportal.receivables import deciding
from arportal.receivables.limits import first_state
from arportal.receivables.deciding import Action, Event, Fate, Stand, decide
from arportal.receivables.errors import Invalid, in_words
from arportal.receivables.models import Change
from arportal.stores.models import Membership

State = Change.State


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


carriers: dict[str, Carrier] = {}
USED = _lazy("This form was used before, for something else. Nothing was sent; start afresh.")


@dataclass(frozen=True)
class Report:
    """An event, and what is to be written down with it: words for people, fields of the Change."""

    event: Event
    words: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


def existing(actor: Membership, change_id: uuid.UUID, verb: Change.Verb, **content: Any) -> Change | None:
    """The Change that this form has already become, for a second click or a reload.

    Raises Invalid when the id was used before, but for something else or by somebody else.
    """
    change = Change.objects.select_related("store", "actor").filter(pk=change_id).first()
    if change is None:
        return None
    same = {name: getattr(change, name) for name in content} == content
    if change.actor_id != actor.pk or change.verb != verb or not same:
        raise Invalid({"": [str(USED)]})
    return change


def lock_company(store_id: int, company_id: int) -> None:
    """Until the end of the transaction, nobody else can ask for a change of this company's balances."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{store_id}/{company_id}"])


def ask(actor: Membership, change_id: uuid.UUID, verb: Change.Verb, **content: Any) -> Change:
    """Writes the Change down; call it with the company locked. `content` must hold `company_id`.

    What moves money names it (`amount`, `currency`): above the store's limit it waits for a second person.
    """
    state = first_state(actor.store, content.get("amount"), content.get("currency", ""))
    new = Change(id=change_id, store=actor.store, actor=actor, verb=verb, state=state, **content)
    try:
        with transaction.atomic():
            new.save(force_insert=True)
    except IntegrityError as taken:
        raise Invalid({"": [str(USED)]}) from taken
    return new


def carry_out(change: Change) -> Change:
    """Sends a Change that was asked for, unless somebody else is at it, and settles it by the answer."""
    return happen(change, Report(deciding.Taken(timezone.now())))


def notice(change: Change, now: dt.datetime) -> Change:
    """Does what is due on a Change at this moment: sends, looks up, reads back, gives up, or waits."""
    return happen(change, Report(deciding.Noticed(now)))


def happen(change: Change, report: Report | None) -> Change:
    """Writes down what the event makes of the Change, and goes on from there as far as is possible now."""
    while report is not None:
        decision = decide(_stand(change), report.event)
        if not _write(change, decision.stand, report):
            return change
        report = _do(change, decision.action, report.event.at)
    return change


def unfinished() -> Iterable[Change]:
    """Every Change on which something may be due, the oldest first."""
    waiting = Change.objects.under_way() | Change.objects.not_mirrored()
    return waiting.select_related("store", "actor").order_by("asked_at")


def _stand(change: Change) -> Stand:
    return Stand(
        state=State(change.state),
        asked_at=change.asked_at,
        attempts=change.attempts,
        sent_at=change.sent_at,
        settled_at=change.settled_at,
        is_mirrored=change.mirrored_at is not None,
        unattended=change.is_unattended,
    )


def _write(change: Change, stand: Stand, report: Report) -> bool:
    """False when another process has moved the Change; then `change` becomes what it is by now."""
    if stand == _stand(change):
        return True
    values: dict[str, Any] = {
        **{"state": stand.state, "attempts": stand.attempts},
        **{"sent_at": stand.sent_at, "settled_at": stand.settled_at},
        **{"mirrored_at": report.event.at if stand.is_mirrored else None},
        **{"error": report.words or (_reason(report.event) if stand.state == State.REFUSED else "")},
        **report.fields,
    }
    # Where another process is writing just now, PostgreSQL waits for it and then looks at the row again.
    rows = Change.objects.filter(pk=change.pk, state=change.state, attempts=change.attempts)
    written = rows.update(**values)
    change.refresh_from_db()
    return bool(written)


def _reason(event: Event) -> str:
    match event:
        case deciding.LookedUp(fate=Fate.GONE):
            return _("The store no longer has what this was to change.")
        case deciding.LookedUp():
            return _("It was changed at the store in the meantime; this was not done.")
    return _("Nothing was sent: the page was interrupted.")


def _do(change: Change, action: Action, at: dt.datetime) -> Report | None:
    match action:
        case Action.SEND:
            return _send(change)
        case Action.LOOK_UP:
            return _look_up(change, at)
        case Action.READ_BACK:
            return _read_back(change)
    return None


def _send(change: Change) -> Report:
    try:
        target_id = carriers[change.verb].send(change)
    except Stale as stale:
        return Report(deciding.Declined(timezone.now()), words=str(stale))
    except B2BError as error:
        heard = {"request_id": error.request_id or ""}
        return Report(_event_of(error, timezone.now()), words=in_words(error), fields=heard)
    return Report(deciding.Answered(timezone.now()), fields={"target_id": target_id})


def _event_of(error: B2BError, at: dt.datetime) -> Event:
    if isinstance(error, (RateLimited, Unavailable)):
        return deciding.Unsent(at)
    if isinstance(error, (Refused, NotFound, Unauthorized, Forbidden, InvalidRequest)):
        return deciding.Declined(at)
    return deciding.Lost(at)


def _look_up(change: Change, at: dt.datetime) -> Report | None:
    try:
        finding = carriers[change.verb].look_up(change)
    except NotFound:
        finding = Finding(Fate.GONE)
    except B2BError:
        return None  # Cannot be asked now: it stays as it is until the next look.
    found = {"target_id": finding.target_id} if finding.target_id else {}
    return Report(deciding.LookedUp(at, finding.fate), fields=found)


def _read_back(change: Change) -> Report | None:
    try:
        carriers[change.verb].mirror(change)
    except B2BError:
        return None  # It is done all the same; the worker reads it back later.
    return Report(deciding.ReadBack(timezone.now()))
