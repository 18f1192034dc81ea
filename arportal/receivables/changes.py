"""How a Change moves: asked, sent, then applied, refused or unknown. Every verb goes this way.

No HTTP call happens inside a database transaction: the claim is committed before anything is sent, so
that whoever finds a Change in `sent` knows that the store may have heard of it. Every step is a
compare-and-set on state and attempt: whoever was overtaken by another process writes nothing.
"""

import datetime as dt
import enum
import uuid
from dataclasses import dataclass
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
from arportal.receivables.errors import Invalid, in_words
from arportal.receivables.models import Change
from arportal.stores.models import Membership

State = Change.State

# Longer than our timeout, the store's own delay and the lag of its search together: after this long a
# write that cannot be found did not happen, and may be sent again.
QUARANTINE = dt.timedelta(minutes=10)


class Fate(enum.Enum):
    """What a look at the store says about a Change whose answer was lost."""

    DONE = enum.auto()
    NOT_DONE = enum.auto()
    # Somebody has changed the same thing since: sending again would undo what they did.
    OVERTAKEN = enum.auto()


@dataclass(frozen=True)
class Finding:
    """`target_id`: the API id of what was made or changed, when it is DONE."""

    fate: Fate
    target_id: int | None = None


class Carrier(Protocol):
    """How one verb talks to the API."""

    def send(self, change: Change) -> int:
        """Asks the API to do it, once. Returns the API id of what was made or changed."""

    def look_up(self, change: Change) -> Finding:
        """What became of it. NotFound means that the thing itself is gone."""

    def mirror(self, change: Change) -> None:
        """Reads back what the Change touched, so that people see what they did."""


carriers: dict[str, Carrier] = {}
USED = _lazy("This form was used before, for something else. Nothing was sent; start afresh.")


def existing(actor: Membership, change_id: uuid.UUID, verb: Change.Verb, **content: Any) -> Change | None:
    """The Change that this form has already become, for a second click or a reload.

    Raises Invalid when the id was used before, but for something else or by somebody else.
    """
    change = Change.objects.select_related("store", "actor").filter(pk=change_id).first()
    if change is None:
        return None
    same = {name: getattr(change, name) for name in content} == content
    if change.actor_id != actor.pk or change.verb != verb or not same:
        raise Invalid(
            {"": [_("This form was used before, for something else. Nothing was sent; start afresh.")]}
        )
    return change


def lock_company(store_id: int, company_id: int) -> None:
    """Until the end of the transaction, nobody else can ask for a change of this company's balances."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{store_id}/{company_id}"])


def ask(actor: Membership, change_id: uuid.UUID, verb: Change.Verb, **content: Any) -> Change:
    """Writes the Change down; call it with the company locked. `content` must hold `company_id`."""
    try:
        with transaction.atomic():
            return Change.objects.create(id=change_id, store=actor.store, actor=actor, verb=verb, **content)
    except IntegrityError as taken:
        raise Invalid({"": [str(USED)]}) from taken


def carry_out(change: Change, *, keep_unsent: bool = False) -> Change:
    """Sends a Change that was asked for, unless somebody else is at it, and settles it by the answer.

    What could not be sent is refused, for a person who waits must not find it done later behind their back;
    `keep_unsent` leaves it asked for instead, for the worker to try again.
    """
    claimed = _claim(change.pk)
    if claimed is None:
        change.refresh_from_db()
        return change
    try:
        target_id = carriers[claimed.verb].send(claimed)
    except B2BError as error:
        return _move(claimed, _state_after(error, keep_unsent), error=error)
    return _apply(claimed, target_id)


def confirm(change: Change, now: dt.datetime) -> Change:
    """Finds out what became of a Change whose answer was lost; sends it again only when that is safe."""
    try:
        finding = carriers[change.verb].look_up(change)
    except NotFound as gone:
        return _move(change, State.REFUSED, error=gone)
    except B2BError:
        return change  # Cannot be asked now: it stays as it is until the next look.
    if finding.fate is Fate.DONE:
        _apply(change, finding.target_id)
    elif finding.fate is Fate.OVERTAKEN:
        _move(
            change, State.REFUSED, words=_("It was changed at the store in the meantime; this was not done.")
        )
    elif _is_past_quarantine(change, now) and _move(change, State.ASKED).state == State.ASKED:
        return carry_out(change, keep_unsent=True)
    return change


def _apply(change: Change, target_id: int | None) -> Change:
    if _move(change, State.APPLIED, target_id=target_id).state == State.APPLIED:
        mirror(change)
    return change


def _is_past_quarantine(change: Change, now: dt.datetime) -> bool:
    return change.sent_at is not None and now - change.sent_at > QUARANTINE


def withdraw(change: Change) -> Change:
    """Refuses a Change that was never sent, because whoever asked for it is gone."""
    return _move(change, State.REFUSED, words=_("Nothing was sent: the page was interrupted."))


def mirror(change: Change) -> None:
    try:
        carriers[change.verb].mirror(change)
    except B2BError:
        return  # It is done all the same; the worker reads it back later.
    change.mirrored_at = timezone.now()
    change.save(update_fields=["mirrored_at"])


def _claim(change_id: uuid.UUID) -> Change | None:
    """Waits for whoever is claiming it: only then does the state say whether it is still to be sent."""
    with transaction.atomic():
        change = (
            Change.objects.select_for_update(of=("self",))
            .select_related("store", "actor")
            .filter(pk=change_id, state=State.ASKED)
            .first()
        )
        if change is not None:
            change.state, change.sent_at, change.attempts = State.SENT, timezone.now(), change.attempts + 1
            change.save(update_fields=["state", "sent_at", "attempts"])
    return change


def _state_after(error: B2BError, keep_unsent: bool) -> Change.State:
    if isinstance(error, (RateLimited, Unavailable)):  # Nothing was sent.
        return State.ASKED if keep_unsent else State.REFUSED
    if isinstance(error, (Refused, NotFound, Unauthorized, Forbidden, InvalidRequest)):
        return State.REFUSED
    return State.UNKNOWN


def _move(
    change: Change,
    state: Change.State,
    *,
    error: B2BError | None = None,
    words: str = "",
    target_id: int | None = None,
) -> Change:
    """To `state`, if the row is still as `change` knows it; else `change` becomes what the row is by now."""
    settled = state in (State.APPLIED, State.REFUSED)
    values: dict[str, Any] = {
        "state": state,
        "error": words or (in_words(error) if error else ""),
        "request_id": (error.request_id or "") if error else "",
        "settled_at": timezone.now() if settled else None,
        "target_id": target_id or change.target_id,
    }
    Change.objects.filter(pk=change.pk, state=change.state, attempts=change.attempts).update(**values)
    change.refresh_from_db()
    return change
