"""Operations that a store offers on a payment: letting it count on balances, taking that back, reading its order.

Most stores offer none, for there balances follow the payment's status by themselves.
"""

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from arportal import b2b
from arportal.b2b import AppliedStatus, PaymentOperation
from arportal.mirror.api.connections import client_for
from arportal.mirror.models import Payment
from arportal.receivables.allocation.allocations import sums
from arportal.receivables.changes import changes
from arportal.receivables.changes.changes import Finding, Stale
from arportal.receivables.changes.deciding import Fate
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change
from arportal.receivables.payments.effects import Effect
from arportal.receivables.payments.foretelling import foretell
from arportal.receivables.payments.payment_contents import (
    CHANGED,
    Contents,
    check_free,
    check_unchanged,
    contents_of,
    counted,
    read_afresh,
    read_back,
    shown,
)
from arportal.receivables.payments.payments import target
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership

VERB = Change.Verb.OPERATE_PAYMENT
APPLY, REVERT, PULL = PaymentOperation.APPLY, PaymentOperation.REVERT, PaymentOperation.PULL_FROM_ORDER
BECOMES = {APPLY: int(AppliedStatus.APPLIED), REVERT: int(AppliedStatus.NOT_APPLIED)}


def offered(payment: Payment) -> list[PaymentOperation]:
    """What the store offered when the payment was last read; a number that nobody can explain is left out."""
    codes = (PaymentOperation(int(code)) for code in payment.raw.get("allowedOperations") or [])
    return [operation for operation in codes if operation.is_known]


def operate(
    actor: Membership,
    change_id: uuid.UUID,
    payment_id: int,
    operation: PaymentOperation,
    *,
    seen: Contents,
) -> Change:
    """Carries the operation out (POST /ip/payments/{id}/operations), once per `change_id`.

    Raises NotAllowed; Payment.DoesNotExist when the actor cannot see it; ChangedMeanwhile; Invalid when the
    freshly read payment does not offer it.
    """
    payment = Payment.objects.visible_to(actor).get(api_id=payment_id)
    require(actor, Permission.EDIT_PAYMENT, company_id=payment.company_id)
    content: dict[str, Any] = {
        **{"target_id": payment_id, "company_id": payment.company_id},
        "payload": {"operation": int(operation), "currency": seen["currency"], "lines": seen["lines"]},
    }
    change = changes.existing(actor, change_id, VERB, **content)
    if change is None:
        payment = read_afresh(actor, payment_id)
        with transaction.atomic():
            changes.lock_company(actor.store_id, payment.company_id)
            change = changes.existing(actor, change_id, VERB, **content)
            if change is None:
                check_unchanged(seen, shown(payment))
                change = _ask(actor, change_id, payment, operation, content)
    return changes.carry_out(change)


def effects(actor: Membership, payment: Payment, operation: PaymentOperation) -> list[Effect]:
    """The balances that move. What comes from the order can only be seen afterwards."""
    was, all_of_it = counted(shown(payment)), sums(shown(payment)["lines"])
    will = {APPLY: all_of_it, REVERT: {}}.get(operation, was)
    return foretell(actor, payment, was, will)


def _ask(
    actor: Membership,
    change_id: uuid.UUID,
    payment: Payment,
    operation: PaymentOperation,
    content: dict[str, Any],
) -> Change:
    if operation not in offered(payment):
        raise Invalid({"": [_("The store does not offer this for the payment now.")]})
    check_free(actor, payment.api_id)
    now, moves = shown(payment), operation in BECOMES
    return changes.ask(
        *(actor, change_id, VERB),
        **content,
        before=now if moves else now | {"updated_at": updated(payment.raw)},
        after=now | {"applied": BECOMES[operation]} if moves else {},
        amount=payment.total if moves else None,
        currency=payment.currency if moves else "",
    )


def updated(raw: Any) -> str:
    """When the store last changed the payment, as it says so."""
    return str(raw.get("updatedAt"))


class _Operating:
    def send(self, change: Change) -> int:
        payments = client_for(change.store).payments
        if _now(change, payments.get(target(change))) != change.before:
            raise Stale(str(CHANGED))
        return payments.operate(target(change), PaymentOperation(change.payload["operation"]))

    def look_up(self, change: Change) -> Finding:
        payment = client_for(change.store).payments.get(target(change))
        if change.payload["operation"] == PULL:
            # Pulling twice does no harm: the second time finds nothing new in the order.
            is_done = updated(payment.raw) != change.before["updated_at"]
        else:
            is_done = int(payment.applied_status) == change.after["applied"]
        if is_done:
            return Finding(Fate.DONE, payment.payment_id)
        return Finding(Fate.NOT_DONE if _now(change, payment) == change.before else Fate.OVERTAKEN)

    def mirror(self, change: Change) -> None:
        read_back(change)


def _now(change: Change, payment: b2b.Payment) -> dict[str, Any]:
    """As `before` has it."""
    more = {"updated_at": updated(payment.raw)} if "updated_at" in change.before else {}
    return contents_of(payment) | more


changes.carriers[VERB] = _Operating()
