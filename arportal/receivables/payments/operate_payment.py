"""Operations that a store offers on a payment: letting it count on balances, taking that back, reading its order.

Most stores offer none, for there balances follow the payment's status by themselves.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from arportal import b2b
from arportal.b2b import AppliedStatus, Client, PaymentOperation
from arportal.mirror.models import Payment
from arportal.receivables.allocation.lines import sums
from arportal.receivables.changes.draft import Content, Draft
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.execution import LookupResult
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import About, Verb
from arportal.receivables.models import Change
from arportal.receivables.payments.payment_contents import (
    CHANGED,
    Contents,
    check_unchanged,
    contents_of,
    counted,
    read_afresh,
    read_back,
    shown,
)
from arportal.receivables.payments.previews import Effect, preview_amounts
from arportal.receivables.payments.set_status import OF_ONE_PAYMENT
from arportal.stores.access import Permission
from arportal.stores.models import Membership

APPLY, REVERT, PULL = PaymentOperation.APPLY, PaymentOperation.REVERT, PaymentOperation.PULL_FROM_ORDER
BECOMES = {APPLY: int(AppliedStatus.APPLIED), REVERT: int(AppliedStatus.NOT_APPLIED)}


def offered(payment: Payment) -> list[PaymentOperation]:
    """The operations that the store offered when the payment was last read, without those nobody can explain."""
    codes = (PaymentOperation(int(code)) for code in payment.raw.get("allowedOperations") or [])
    return [operation for operation in codes if operation.is_known]


def updated(raw: Any) -> str:
    """The time at which the store last changed the payment, as it writes it."""
    return str(raw.get("updatedAt"))


class _Operating:
    def send(self, client: Client, change: Change) -> int:
        payments = client.payments
        if _now(change, payments.get(change.target)) != change.before:
            raise Conflict(str(CHANGED))
        return payments.operate(change.target, PaymentOperation(change.payload["operation"]))

    def look_up(self, client: Client, change: Change) -> LookupResult:
        payment = client.payments.get(change.target)
        if change.payload["operation"] == PULL:
            # Pulling twice does no harm: the second time finds nothing new in the order.
            is_done = updated(payment.raw) != change.before["updated_at"]
        else:
            is_done = int(payment.applied_status) == change.after["applied"]
        if is_done:
            return LookupResult(LookupOutcome.DONE, payment.payment_id)
        return LookupResult(
            LookupOutcome.NOT_DONE if _now(change, payment) == change.before else LookupOutcome.OVERTAKEN
        )

    def read_back(self, change: Change) -> None:
        read_back(change)


def _now(change: Change, payment: b2b.Payment) -> dict[str, Any]:
    """The payment as `before` describes it."""
    more = {"updated_at": updated(payment.raw)} if "updated_at" in change.before else {}
    return contents_of(payment) | more


@dataclass(kw_only=True)
class OperatePayment(Verb[Payment]):
    """Carries an operation out (POST /ip/payments/{id}/operations).

    Raises Conflict when the payment is no longer as it was `seen`; Invalid when the freshly read payment
    does not offer the operation.
    """

    name = Change.Verb.OPERATE_PAYMENT
    about = About.PAYMENT
    handler = _Operating()
    excludes = OF_ONE_PAYMENT

    payment_id: int
    operation: PaymentOperation
    seen: Contents

    def permission(self, row: Payment | None = None) -> Permission:
        return Permission.EDIT_PAYMENT

    def content(self) -> Content:
        payload = {
            "operation": int(self.operation),
            "currency": self.seen["currency"],
            "lines": self.seen["lines"],
        }
        return {"target_id": self.payment_id, "payload": payload}

    def row(self) -> Payment:
        return Payment.objects.visible_to(self.actor).get(api_id=self.payment_id)

    def read(self, row: Payment) -> Payment:
        return read_afresh(self.actor, self.payment_id)

    def check(self, row: Payment) -> None:
        check_unchanged(self.seen, shown(row))
        if self.operation not in offered(row):
            raise Invalid({"": [_("The store does not offer this for the payment now.")]})

    def draft(self, row: Payment) -> Draft:
        now = shown(row)
        if self.operation not in BECOMES:
            return Draft(company_id=row.company_id, before=now | {"updated_at": updated(row.raw)})
        return Draft(
            company_id=row.company_id,
            before=now,
            after=now | {"applied": BECOMES[self.operation]},
            amount=row.total,
            currency=row.currency,
        )


def preview_operation(actor: Membership, payment: Payment, operation: PaymentOperation) -> list[Effect]:
    """The balances that move. What comes from the order can only be seen afterwards."""
    was, all_of_it = counted(shown(payment)), sums(shown(payment)["lines"])
    will = {APPLY: all_of_it, REVERT: {}}.get(operation, was)
    return preview_amounts(actor, payment, was, will)
