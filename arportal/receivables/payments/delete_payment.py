"""Deleting a payment: the store takes its amounts off the invoices again, and its receipts with it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from arportal.b2b import Client
from arportal.b2b.errors import NotFound
from arportal.b2b.payments import Payments
from arportal.mirror.models import Payment
from arportal.receivables.changes.draft import Content, Draft
from arportal.receivables.changes.errors import Conflict
from arportal.receivables.changes.execution import LookupResult
from arportal.receivables.changes.reasons import check_reason
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


class _Deleting:
    def send(self, client: Client, change: Change) -> int:
        payments = client.payments
        if contents_of(payments.get(change.target)) != change.before:
            raise Conflict(str(CHANGED))
        kept = change.after.get("kept")
        if kept and not any(_now(payments, each["payment_id"]) == each["contents"] for each in kept):
            raise Conflict(
                _("The other payment, which was to stay, was changed or deleted at the store meanwhile.")
            )
        return payments.delete(change.target)

    def look_up(self, client: Client, change: Change) -> LookupResult:
        now = _now(client.payments, change.target)
        if now is None:
            return LookupResult(LookupOutcome.DONE, change.target)
        return LookupResult(LookupOutcome.NOT_DONE if now == change.before else LookupOutcome.OVERTAKEN)

    def read_back(self, change: Change) -> None:
        read_back(change)


@dataclass(kw_only=True)
class DeletePayment(Verb[Payment]):
    """Deletes a payment (DELETE /ip/payments/{id}). `guard` is asked with the company locked and may raise Invalid.
    Of the payments that it names, one at least has to be at the store as it is now when this is sent.

    Raises Conflict when the payment no longer is as it was `seen`; Invalid with the fields `reason` and "".
    """

    name = Change.Verb.DELETE_PAYMENT
    about = About.PAYMENT
    handler = _Deleting()
    excludes = OF_ONE_PAYMENT

    payment_id: int
    seen: Contents
    reason: str
    guard: Callable[[], Collection[Payment]] | None = None
    _kept: list[dict[str, Any]] = field(default_factory=list, init=False)

    def permission(self, row: Payment | None = None) -> Permission:
        return Permission.DELETE_PAYMENT

    def content(self) -> Content:
        payload = {"reason": self.reason, "currency": self.seen["currency"], "lines": self.seen["lines"]}
        return {"target_id": self.payment_id, "payload": payload}

    def row(self) -> Payment:
        return Payment.objects.visible_to(self.actor).get(api_id=self.payment_id)

    def read(self, row: Payment) -> Payment:
        return read_afresh(self.actor, self.payment_id)

    def check(self, row: Payment) -> None:
        check_reason(self.reason)
        check_unchanged(self.seen, shown(row))
        if self.guard is not None:
            self._kept = [{"payment_id": each.api_id, "contents": shown(each)} for each in self.guard()]

    def draft(self, row: Payment) -> Draft:
        return Draft(
            company_id=row.company_id,
            before=shown(row),
            after={"kept": self._kept} if self._kept else {},
            amount=row.total,
            currency=row.currency,
        )


def _now(payments: Payments, payment_id: int) -> Contents | None:
    """The contents as the store has them; None when the payment is gone."""
    try:
        return contents_of(payments.get(payment_id))
    except NotFound:
        return None


def preview_deletion(actor: Membership, payment: Payment) -> list[Effect]:
    """The balances that rise again when it is deleted. `payment` is freshly read."""
    return preview_amounts(actor, payment, counted(shown(payment)), {})
