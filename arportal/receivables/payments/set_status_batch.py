"""Setting the status of many payments at once: what would become of each, and asking for all of them together."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from arportal.b2b import ProcessingStatus
from arportal.mirror.models import Payment
from arportal.receivables.changes import limits
from arportal.receivables.changes.approvals import take_back
from arportal.receivables.changes.batches import change_id_in
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.excluding import in_the_way, under_way
from arportal.receivables.changes.verb import perform_batch
from arportal.receivables.models import Change, ChangeQuerySet
from arportal.receivables.payments.set_status import (
    OF_ONE_PAYMENT,
    SetStatus,
    moved_amount,
    permission,
    refusal,
)
from arportal.receivables.payments.versions import Version
from arportal.stores.access import Permission, may, require
from arportal.stores.models import Membership

# Four requests each and 150 a minute: about an hour's work for the store's budget.
MOST = 2_000


@dataclass(frozen=True, slots=True)
class Outlook:
    """The outcome that a payment would have. `refusal` says why it would stay as it is; "" when it would move."""

    payment: Payment
    refusal: str = ""
    needs_approval: bool = False


def outlooks(actor: Membership, payments: Sequence[Payment], status: ProcessingStatus) -> list[Outlook]:
    """The outcome of each payment, by the mirror: the worker reads it afresh before it moves it."""
    others = under_way(actor.store, [payment.api_id for payment in payments], OF_ONE_PAYMENT)
    rows = []
    for payment in payments:
        if not may(actor, permission(payment, status)):
            rows.append(Outlook(payment, _("Your role may not move payments into or out of Refunded.")))
            continue
        moved = moved_amount(payment, status)
        state = limits.first_state(actor.store, moved.get("amount"), moved.get("currency", ""))
        other = others.get(payment.api_id)
        reason = in_the_way(other) if other else refusal(payment, status)
        rows.append(Outlook(payment, reason, state == Change.State.WAITING))
    return rows


def move_together(
    actor: Membership, batch: uuid.UUID, status: ProcessingStatus, shown: Mapping[int, Version]
) -> None:
    """Asks for one Change for each payment in `shown` (its id → as the person saw it), all of them or none.

    The worker carries them out; asked for again under the same `batch`, nothing happens twice. Raises NotAllowed;
    Invalid, which is StatusConflict for the first payment that is no longer as it was shown.
    """
    require(actor, Permission.MOVE_PAYMENT)
    if not 0 < len(shown) <= MOST:
        raise Invalid({"": [_("Choose at least one payment, and no more than %(most)d.") % {"most": MOST}]})
    payments = list(Payment.objects.visible_to(actor).filter(api_id__in=shown).order_by("api_id"))
    if missing := sorted(set(shown) - {payment.api_id for payment in payments}):
        raise Invalid({"": [_("Payment #%(id)d is no longer at the store.") % {"id": missing[0]}]})
    moves = [
        SetStatus(
            actor=actor,
            change_id=change_id_in(batch, payment.api_id),
            payment_id=payment.api_id,
            status=status,
            seen=shown[payment.api_id],
        )
        for payment in payments
    ]
    perform_batch(batch, list(zip(moves, payments, strict=True)))


def moves_in(actor: Membership, batch: uuid.UUID) -> ChangeQuerySet:
    """The moves of a batch that this person may see, in the order in which they are sent."""
    moves = Change.objects.visible_to(actor).filter(batch=batch, verb=SetStatus.name)
    return moves.select_related("store", "actor__user").order_by("asked_at", "pk")


def cancel(actor: Membership, batch: uuid.UUID) -> int:
    """Takes back what of the batch was not sent yet, and counts it. What was sent goes its way.

    One's own batch; somebody else's only with the permission to approve. Raises NotAllowed.
    """
    require(actor, Permission.MOVE_PAYMENT)
    states = (Change.State.ASKED, Change.State.WAITING)
    return take_back(actor, moves_in(actor, batch).filter(state__in=states), may_cancel)


def may_cancel(actor: Membership, change: Change) -> bool:
    return actor.pk == change.actor_id or may(actor, Permission.APPROVE)
