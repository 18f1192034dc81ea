"""How a Change moves: asked, sent, then applied, refused or unknown. Every verb goes this way.

No HTTP call happens inside a database transaction: the claim is committed before anything is sent, so
that whoever finds a Change in `sent` knows that the store may have heard of it.
"""

import datetime as dt
import uuid
from typing import Any, Protocol

from django.db import connection, transaction
from django.utils import timezone

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
from arportal.receivables.errors import in_words
from arportal.receivables.models import Change
from arportal.stores.models import Membership

State = Change.State

# Longer than our timeout, the store's own delay and the lag of its search together: after this long a
# write that cannot be found did not happen, and may be sent again.
QUARANTINE = dt.timedelta(minutes=10)


class Carrier(Protocol):
    """How one verb talks to the API."""

    def send(self, change: Change) -> int:
        """Asks the API to do it, once. Returns the API id of what was made or changed."""

    def look_up(self, change: Change) -> int | None:
        """The API id, if the API shows that the Change has been carried out; None if not."""

    def mirror(self, change: Change) -> None:
        """Reads back what the Change touched, so that people see what they did."""


carriers: dict[str, Carrier] = {}


def existing(actor: Membership, change_id: uuid.UUID) -> Change | None:
    """The Change that this form has already become, for a second click or a reload."""
    return Change.objects.visible_to(actor).filter(pk=change_id, actor=actor).first()


def lock_company(store_id: int, company_id: int) -> None:
    """Until the end of the transaction, nobody else can ask for a change of this company's balances."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{store_id}/{company_id}"])


def ask(
    actor: Membership, change_id: uuid.UUID, verb: Change.Verb, company_id: int, **content: Any
) -> Change:
    """Writes the Change down. Raises IntegrityError when the id is already another's."""
    return Change.objects.create(
        id=change_id, store=actor.store, actor=actor, verb=verb, company_id=company_id, **content
    )


def carry_out(change: Change) -> Change:
    """Sends a Change that was asked for, unless somebody else is at it, and settles it by the answer."""
    claimed = _claim(change.pk)
    if claimed is None:
        change.refresh_from_db()
        return change
    try:
        claimed.target_id = carriers[claimed.verb].send(claimed)
    except B2BError as error:
        return _settle(claimed, _state_after(error), error)
    _settle(claimed, State.APPLIED)
    _mirror(claimed)
    return claimed


def carry_out_or_withdraw(change: Change) -> Change:
    """For a person who waits: what could not be sent now is not kept for later behind their back."""
    change = carry_out(change)
    if change.state == State.ASKED:
        change.state, change.settled_at = State.REFUSED, timezone.now()
        change.save(update_fields=["state", "settled_at"])
    return change


def confirm(change: Change, now: dt.datetime) -> Change:
    """Finds out what became of a Change whose answer was lost; sends it again only when that is safe."""
    try:
        target_id = carriers[change.verb].look_up(change)
    except B2BError:
        return change  # Cannot be asked now: it stays as it is until the next look.
    if target_id is not None:
        change.target_id = target_id
        _settle(change, State.APPLIED)
        _mirror(change)
    elif change.sent_at is not None and now - change.sent_at > QUARANTINE:
        _settle(change, State.ASKED)
        return carry_out(change)
    return change


def _claim(change_id: uuid.UUID) -> Change | None:
    with transaction.atomic():
        change = (
            Change.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("store", "actor")
            .filter(pk=change_id, state=State.ASKED)
            .first()
        )
        if change is not None:
            change.state, change.sent_at, change.attempts = State.SENT, timezone.now(), change.attempts + 1
            change.save(update_fields=["state", "sent_at", "attempts"])
    return change


def _state_after(error: B2BError) -> Change.State:
    if isinstance(error, (RateLimited, Unavailable)):
        return State.ASKED  # Nothing was sent.
    if isinstance(error, (Refused, NotFound, Unauthorized, Forbidden, InvalidRequest)):
        return State.REFUSED
    return State.UNKNOWN


def _settle(change: Change, state: Change.State, error: B2BError | None = None) -> Change:
    change.state = state
    change.error = in_words(error) if error else ""
    change.request_id = (error.request_id or "") if error else change.request_id
    change.settled_at = timezone.now() if change.is_settled else None
    change.save(update_fields=["state", "error", "request_id", "settled_at", "target_id"])
    return change


def _mirror(change: Change) -> None:
    try:
        carriers[change.verb].mirror(change)
    except B2BError:
        return  # It is done all the same; the next sync brings the figures.
