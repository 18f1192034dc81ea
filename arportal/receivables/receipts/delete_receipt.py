"""Deleting a receipt. No balance moves, and the payment stays: only the store's paper is gone."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from arportal.b2b import Client, plain
from arportal.b2b.errors import NotFound
from arportal.mirror.api.refresh import refresh_receipt
from arportal.mirror.models import Receipt, ReceiptLine
from arportal.receivables.changes.draft import Content, Draft
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.execution import LookupResult
from arportal.receivables.changes.reasons import check_reason
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import About, Verb
from arportal.receivables.models import Change
from arportal.receivables.payments.payment_contents import line
from arportal.stores.access import Permission


class _DeletingReceipt:
    def send(self, client: Client, change: Change) -> int:
        receipts = client.receipts
        if change.is_deferred:
            total = receipts.get(change.target).total
            if (plain(total.amount), total.currency) != (
                change.before["total"],
                change.before["currency"],
            ):
                raise Conflict(_("The receipt has changed since it was shown; it was left as it is."))
        return receipts.delete(change.target)

    def look_up(self, client: Client, change: Change) -> LookupResult:
        try:
            client.receipts.get(change.target)
        except NotFound:
            return LookupResult(LookupOutcome.DONE, change.target)
        return LookupResult(LookupOutcome.NOT_DONE)

    def read_back(self, change: Change) -> None:
        refresh_receipt(change.store, change.target)


@dataclass(kw_only=True)
class DeleteReceipt(Verb[Receipt]):
    """Deletes a receipt with its lines (DELETE /ip/receipts/{id}). Invalid names `reason`, or ""."""

    name = Change.Verb.DELETE_RECEIPT
    about = About.RECEIPT
    handler = _DeletingReceipt()
    excludes = frozenset({Change.Verb.DELETE_RECEIPT})

    receipt_id: int
    reason: str

    def permission(self, row: Receipt | None = None) -> Permission:
        return Permission.DELETE_PAYMENT

    def content(self) -> Content:
        return {"target_id": self.receipt_id, "payload": {"reason": self.reason}}

    def row(self) -> Receipt:
        return Receipt.objects.visible_to(self.actor).get(api_id=self.receipt_id)

    def read(self, row: Receipt) -> Receipt:
        receipt = refresh_receipt(self.actor.store, self.receipt_id)
        if receipt is None:
            raise Invalid({"": [_("The store no longer has this receipt.")]})
        return receipt

    def check(self, row: Receipt) -> None:
        check_reason(self.reason)

    def draft(self, row: Receipt) -> Draft:
        lines = ReceiptLine.objects.visible_to(self.actor).filter(receipt_id=row.api_id).order_by("api_id")
        before = {
            "payment_id": row.payment_id,
            "payer_name": row.payer_name,
            "transaction_type": row.transaction_type,
            "reference_number": row.reference_number,
            "total": plain(row.total),
            "currency": row.currency,
            "lines": [line(each.invoice_id, each.amount) for each in lines],
        }
        return Draft(company_id=row.company_id, before=before)
