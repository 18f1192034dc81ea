"""Moving many payments at once: what would become of each, and asking for all of them together."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.b2b import ProcessingStatus
from arportal.mirror.models import Payment
from arportal.receivables.changes import batches, changes, limits, state_machine
from arportal.receivables.changes.batches import change_id_in
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change, ChangeQuerySet
from arportal.receivables.payments.set_status import (
    SetStatus,
    ask_to_move,
    moved_amount,
    permission,
    refusal,
    under_way,
)
from arportal.receivables.payments.versions import Outdated, Version
from arportal.stores.access import NotAllowed, Permission, may, require
from arportal.stores.models import Membership

# Four requests each and 150 a minute: about an hour's work for the store's budget.
MOST = 2_000


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would become of one payment. `refusal` says why it would stay as it is; "" when it would move."""

    payment: Payment
    refusal: str = ""
    needs_approval: bool = False


def outlooks(actor: Membership, payments: Sequence[Payment], status: ProcessingStatus) -> list[Outlook]:
    """From the mirror: the worker reads each payment afresh before it moves it."""
    others = under_way(actor.store, [payment.api_id for payment in payments])
    return [_outlook(actor, payment, status, others.get(payment.api_id)) for payment in payments]


def move_together(
    actor: Membership, batch: uuid.UUID, status: ProcessingStatus, shown: Mapping[int, Version]
) -> None:
    """Asks for one Change for each payment in `shown` (its id → as the person saw it), all of them or none.

    The worker carries them out; asked for again under the same `batch`, nothing happens twice. Raises NotAllowed;
    Invalid, which is Outdated for the first payment that is no longer as it was shown.
    """
    require(actor, Permission.MOVE_PAYMENT)
    if not 0 < len(shown) <= MOST:
        raise Invalid({"": [_("Choose at least one payment, and no more than %(most)d.") % {"most": MOST}]})
    payments = list(Payment.objects.visible_to(actor).filter(api_id__in=shown).order_by("api_id"))
    with transaction.atomic():
        for company_id in sorted({payment.company_id for payment in payments}):
            changes.lock_company(actor.store_id, company_id)
        if not _is_asked(actor, batch, status, shown):
            _check(actor, payments, status, shown)
            for payment in payments:
                ask_to_move(actor, change_id_in(batch, payment.api_id), payment, status, batch=batch)
        batches.start(batch)


def moves_in(actor: Membership, batch: uuid.UUID) -> ChangeQuerySet:
    """The moves of a batch that this person may see, in the order in which they are sent."""
    moves = Change.objects.visible_to(actor).filter(batch=batch, verb=SetStatus.name)
    return moves.select_related("store", "actor__user").order_by("asked_at", "pk")


def cancel(actor: Membership, batch: uuid.UUID) -> int:
    """Takes back what of the batch was not sent yet; how many that were. What was sent goes its way.

    One's own batch; somebody else's only with the permission to approve. Raises NotAllowed.
    """
    require(actor, Permission.MOVE_PAYMENT)
    words = _("%(who)s cancelled it before it was sent.") % {"who": actor.user}
    states = (Change.State.ASKED, Change.State.WAITING)
    dropped = 0
    for change in moves_in(actor, batch).filter(state__in=states):
        if not may_cancel(actor, change):
            raise NotAllowed(_("Only %(who)s or a controller can cancel this.") % {"who": change.actor.user})
        report = changes.EventRecord(state_machine.Cancelled(timezone.now()), words=words)
        dropped += changes.apply_event(change, report).error == words
    return dropped


def may_cancel(actor: Membership, change: Change) -> bool:
    return actor.pk == change.actor_id or may(actor, Permission.APPROVE)


def _outlook(actor: Membership, payment: Payment, status: ProcessingStatus, other: Change | None) -> Outlook:
    if not may(actor, permission(payment, status)):
        return Outlook(payment, _("Your role may not move payments into or out of Refunded."))
    moved = moved_amount(payment, status)
    state = limits.first_state(actor.store, moved.get("amount"), moved.get("currency", ""))
    return Outlook(payment, refusal(payment, status, other), state == Change.State.WAITING)


def _is_asked(actor: Membership, batch: uuid.UUID, status: ProcessingStatus, shown: Iterable[int]) -> bool:
    """Whether this very form has come before. Raises Invalid when its id was used for something else."""
    asked = {change.target_id: change for change in Change.objects.filter(batch=batch)}
    if not asked:
        return False
    ours = all(
        change.actor_id == actor.pk and change.payload == {"status": int(status)} for change in asked.values()
    )
    if not ours or set(asked) != set(shown):
        raise Invalid({"": [str(changes.USED)]})
    return True


def _check(
    actor: Membership, payments: Sequence[Payment], status: ProcessingStatus, shown: Mapping[int, Version]
) -> None:
    missing = sorted(set(shown) - {payment.api_id for payment in payments})
    if missing:
        raise Invalid({"": [_("Payment #%(id)d is no longer at the store.") % {"id": missing[0]}]})
    for payment in payments:
        if shown[payment.api_id] != Version.of(payment):
            raise Outdated(shown[payment.api_id], payment)
    for outlook in outlooks(actor, payments, status):
        if outlook.refusal:
            named = {"id": outlook.payment.api_id, "reason": outlook.refusal}
            raise Invalid({"": [_("Payment #%(id)d: %(reason)s") % named]})
