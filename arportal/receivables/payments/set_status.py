"""Setting a payment's status."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from arportal.b2b import Client, ProcessingStatus
from arportal.b2b.errors import InvalidResponse
from arportal.mirror.api.refresh import refresh_payment, refresh_receipts_of
from arportal.mirror.models import Payment
from arportal.receivables.changes.draft import Content, Draft
from arportal.receivables.changes.errors import Conflict, Invalid, in_words
from arportal.receivables.changes.execution import LookupResult
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import About, Verb
from arportal.receivables.models import Change
from arportal.receivables.payments.payment_contents import read_afresh
from arportal.receivables.payments.payments import mirror_payment
from arportal.receivables.payments.statuses import payment_words
from arportal.receivables.payments.versions import StatusConflict, Version
from arportal.stores.access import Permission

# While one of these is under way, nobody can say what a payment will be when the next one reaches it.
OF_ONE_PAYMENT = frozenset(
    {
        Change.Verb.SET_PAYMENT_STATUS,
        Change.Verb.EDIT_PAYMENT,
        Change.Verb.OPERATE_PAYMENT,
        Change.Verb.DELETE_PAYMENT,
    }
)


class _Moving:
    def send(self, client: Client, change: Change) -> int:
        if change.is_unattended or change.attempts > 1:
            _check_unchanged(change)
        status = ProcessingStatus(change.payload["status"])
        return client.payments.set_processing_status(change.target, status)

    def look_up(self, client: Client, change: Change) -> LookupResult:
        payment = client.payments.get(change.target)
        if payment.processing_status == change.after["status"]:
            return LookupResult(LookupOutcome.DONE, payment.payment_id)
        untouched = payment.processing_status == change.before["status"]
        return LookupResult(LookupOutcome.NOT_DONE if untouched else LookupOutcome.OVERTAKEN)

    def read_back(self, change: Change) -> None:
        mirror_payment(change)
        if ProcessingStatus.REFUNDED in (change.before["status"], change.after["status"]):
            refresh_receipts_of(change.store, change.target, change.company_id)


def _check_unchanged(change: Change) -> None:
    """Raises Conflict when the payment is no longer as the person saw it, or cannot be moved any more: time has
    passed since, and what they did not see, they did not ask for."""
    try:
        payment = refresh_payment(change.store, change.target)
    except InvalidResponse as error:
        raise Conflict(in_words(error)) from error
    if payment is None:
        raise Conflict(_("The store no longer has this payment."))
    shown = Version.of_before(change.before)
    if shown != Version.of(payment):
        raise Conflict(str(StatusConflict(shown, payment)))
    if reason := refusal(payment, change.payload["status"]):
        raise Conflict(reason)


@dataclass(kw_only=True)
class SetStatus(Verb[Payment]):
    """Moves a payment (PUT /ip/payments/{id}/processing-status) if its freshly read allowedStatuses say so.

    The Invalid that it raises is StatusConflict when the payment is no longer as it was `seen`.
    """

    name = Change.Verb.SET_PAYMENT_STATUS
    about = About.PAYMENT
    handler = _Moving()
    excludes = OF_ONE_PAYMENT

    payment_id: int
    status: ProcessingStatus
    seen: Version | None = None

    def permission(self, row: Payment | None = None) -> Permission:
        # Whoever saw another payment than this is told so, not that their role does not allow what they never asked.
        if row is not None and self.seen in (None, Version.of(row)):
            return permission(row, self.status)
        is_refund = self.status == ProcessingStatus.REFUNDED
        return Permission.REFUND_PAYMENT if is_refund else Permission.MOVE_PAYMENT

    def content(self) -> Content:
        return {"target_id": self.payment_id, "payload": {"status": int(self.status)}}

    def row(self) -> Payment:
        return Payment.objects.visible_to(self.actor).get(api_id=self.payment_id)

    def read(self, row: Payment) -> Payment:
        return read_afresh(self.actor, self.payment_id)

    def check(self, row: Payment) -> None:
        if self.seen is not None and self.seen != Version.of(row):
            raise StatusConflict(self.seen, row)
        if reason := refusal(row, self.status):
            raise Invalid({"": [reason]})

    def draft(self, row: Payment) -> Draft:
        return Draft(
            company_id=row.company_id,
            before=Version.of(row).as_before(),
            after={"status": int(self.status)},
            **moved_amount(row, self.status),
        )


def permission(payment: Payment, status: int) -> Permission:
    """The permission that the move takes; into Refunded and out of it moves balances."""
    refund = ProcessingStatus.REFUNDED in (status, payment.processing_status)
    return Permission.REFUND_PAYMENT if refund else Permission.MOVE_PAYMENT


def moved_amount(payment: Payment, status: int) -> dict[str, Any]:
    """The `amount` and `currency` that approval limits are held against: the whole payment when it is refunded, or no
    longer is; else none."""
    if permission(payment, status) != Permission.REFUND_PAYMENT:
        return {}
    return {"amount": payment.total, "currency": payment.currency}


def refusal(payment: Payment, status: int) -> str:
    """The reason why this payment cannot be moved there now; "" when it can."""
    if status == payment.processing_status:
        return _("It is already %(status)s.") % {"status": payment_words(status)}
    if status not in payment.allowed_statuses:
        return _("The store does not allow this payment to take that status.")
    return ""
