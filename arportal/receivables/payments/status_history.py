"""The moment from which a payment has its status, who brought it there, and who recorded it: from our own Changes
where it was done here, else from what little the store says."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from arportal.mirror.models import Payment
from arportal.receivables.models import Change
from arportal.stores.models import Store, User

Verb = Change.Verb
OF_STATUS = (Verb.RECORD_PAYMENT, Verb.SET_PAYMENT_STATUS, Verb.EDIT_PAYMENT)


@dataclass(frozen=True, slots=True)
class StatusSince:
    """`at` is None when nobody knows. `by` is None when it was not done here.

    Not `is_exact`: the store says only when the payment was last changed; it may have had the status before.
    """

    at: dt.datetime | None
    by: User | None = None
    is_exact: bool = True


def status_changes(store: Store, payment_ids: Iterable[int]) -> dict[int, list[Change]]:
    """Payment id → our Changes that gave it a status, the newest first, with actor and record; in one query."""
    made = Change.objects.filter(
        store=store, verb__in=OF_STATUS, target_id__in=set(payment_ids), state=Change.State.APPLIED
    )
    by_payment: dict[int, list[Change]] = {}
    for change in made.select_related("actor__user", "payment_record").order_by("-settled_at", "-asked_at"):
        if change.target_id is not None and "status" in change.payload:
            by_payment.setdefault(change.target_id, []).append(change)
    return by_payment


def status_since(payment: Payment, made: Iterable[Change]) -> StatusSince:
    """`made` as `status_changes` has it. A later Change may have left the status as it was."""
    first: Change | None = None
    for change in made:
        if change.payload["status"] != payment.processing_status:
            break
        first = change
    if first is not None:
        return StatusSince(first.settled_at, first.actor.user)
    untouched = payment.updated_at is None or payment.updated_at == payment.created_at
    return StatusSince(payment.updated_at or payment.created_at, is_exact=untouched)


def recording_of(made: Iterable[Change]) -> Change | None:
    """The Change that recorded the payment, when that was done here."""
    return next((change for change in made if change.verb == Verb.RECORD_PAYMENT), None)
