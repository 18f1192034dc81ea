"""Moving payments through their statuses."""

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from arportal.b2b import ProcessingStatus
from arportal.b2b.errors import B2BError
from arportal.mirror.connections import client_for
from arportal.mirror.models import Payment
from arportal.mirror.refresh import refresh_payment
from arportal.receivables import changes
from arportal.receivables.changes import Finding
from arportal.receivables.deciding import Fate
from arportal.receivables.errors import Invalid, StoreUnreadable
from arportal.receivables.models import Change
from arportal.receivables.payments import mirror_payment, target
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership


def set_status(actor: Membership, change_id: uuid.UUID, payment_id: int, status: ProcessingStatus) -> Change:
    """Moves a payment (PUT /ip/payments/{id}/processing-status) if its freshly read allowedStatuses say so.

    Raises NotAllowed; Payment.DoesNotExist when the actor cannot see it; Invalid.
    """
    payment = Payment.objects.visible_to(actor).get(api_id=payment_id)
    require(actor, permission(payment, status))
    asked: dict[str, Any] = {
        "company_id": payment.company_id,
        "target_id": payment.api_id,
        "payload": {"status": int(status)},
    }
    change = changes.existing(actor, change_id, Change.Verb.SET_PAYMENT_STATUS, **asked)
    if change is None:
        # Read before the company is locked: no HTTP call happens inside a transaction.
        payment = _read_afresh(actor, payment)
        with transaction.atomic():
            changes.lock_company(actor.store_id, payment.company_id)
            change = changes.existing(
                actor, change_id, Change.Verb.SET_PAYMENT_STATUS, **asked
            ) or _ask_to_move(actor, change_id, payment, status, asked)
    return changes.carry_out(change)


def permission(payment: Payment, status: int) -> Permission:
    """Into Refunded and out of it again: both move balances."""
    refund = ProcessingStatus.REFUNDED in (status, payment.processing_status)
    return Permission.REFUND_PAYMENT if refund else Permission.MOVE_PAYMENT


def _ask_to_move(
    actor: Membership, change_id: uuid.UUID, payment: Payment, status: ProcessingStatus, asked: dict[str, Any]
) -> Change:
    if status not in payment.allowed_statuses:
        raise Invalid({"": [_("The store does not allow this payment to take that status.")]})
    moves = Change.objects.unsettled().filter(store=actor.store, verb=Change.Verb.SET_PAYMENT_STATUS)
    if moves.filter(target_id=payment.api_id).exists():
        raise Invalid({"": [_("A move of this payment is being confirmed. Wait for it, then look again.")]})
    return changes.ask(
        *(actor, change_id, Change.Verb.SET_PAYMENT_STATUS),
        **asked,
        before={"status": payment.processing_status},
        after={"status": int(status)},
    )


def _read_afresh(actor: Membership, shown: Payment) -> Payment:
    try:
        payment = refresh_payment(actor.store, shown.api_id)
    except B2BError as error:
        raise StoreUnreadable(error) from error
    if payment is None:
        raise Invalid({"": [_("The store no longer has this payment.")]})
    return payment


class _Moving:
    def send(self, change: Change) -> int:
        status = ProcessingStatus(change.payload["status"])
        return client_for(change.store).payments.set_processing_status(target(change), status)

    def look_up(self, change: Change) -> Finding:
        payment = client_for(change.store).payments.get(target(change))
        if payment.processing_status == change.after["status"]:
            return Finding(Fate.DONE, payment.payment_id)
        untouched = payment.processing_status == change.before["status"]
        return Finding(Fate.NOT_DONE if untouched else Fate.OVERTAKEN)

    def mirror(self, change: Change) -> None:
        mirror_payment(change)


changes.carriers[Change.Verb.SET_PAYMENT_STATUS] = _Moving()
