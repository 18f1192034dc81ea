"""Deleting a receipt. No balance moves, and the payment stays: only the store's paper is gone."""

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from arportal.b2b.errors import B2BError, NotFound
from arportal.mirror.api.connections import client_for
from arportal.mirror.api.refresh import refresh_receipt
from arportal.mirror.models import Receipt, ReceiptLine
from arportal.receivables.changes import changes, deferring
from arportal.receivables.changes.changes import Finding, Stale
from arportal.receivables.changes.deciding import Fate
from arportal.receivables.changes.errors import Invalid, StoreUnreadable
from arportal.receivables.changes.excluding import check_free
from arportal.receivables.changes.reasons import check_reason
from arportal.receivables.models import Change
from arportal.receivables.payments.payment_contents import line
from arportal.receivables.payments.payments import target
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership

VERB = Change.Verb.DELETE_RECEIPT


def delete(actor: Membership, change_id: uuid.UUID, receipt_id: int, *, reason: str) -> Change:
    """Deletes the receipt with its lines (DELETE /ip/receipts/{id}), once per `change_id`.

    Raises NotAllowed; Receipt.DoesNotExist when the actor cannot see it; Invalid with `reason` and "".
    """
    require(actor, Permission.DELETE_PAYMENT)
    content: dict[str, Any] = {"target_id": receipt_id, "payload": {"reason": reason}}
    # Asked for first: a second click finds the receipt gone.
    change = changes.existing(actor, change_id, VERB, **content)
    if change is None:
        receipt = Receipt.objects.visible_to(actor).get(api_id=receipt_id)
        require(actor, Permission.DELETE_PAYMENT, company_id=receipt.company_id)
        check_reason(reason)
        receipt = receipt if deferring.is_deferred() else _read_afresh(actor, receipt_id)
        with transaction.atomic():
            changes.lock_company(actor.store_id, receipt.company_id)
            change = changes.existing(actor, change_id, VERB, **content)
            change = change or _ask(actor, change_id, receipt, content)
    return changes.carry_out(change)


def _read_afresh(actor: Membership, receipt_id: int) -> Receipt:
    try:
        receipt = refresh_receipt(actor.store, receipt_id)
    except B2BError as error:
        raise StoreUnreadable(error) from error
    if receipt is None:
        raise Invalid({"": [_("The store no longer has this receipt.")]})
    return receipt


def _ask(actor: Membership, change_id: uuid.UUID, receipt: Receipt, content: dict[str, Any]) -> Change:
    lines = ReceiptLine.objects.visible_to(actor).filter(receipt_id=receipt.api_id).order_by("api_id")
    check_free(actor.store, receipt.api_id, [VERB])
    before = {
        **{"payment_id": receipt.payment_id, "payer_name": receipt.payer_name},
        **{"transaction_type": receipt.transaction_type, "reference_number": receipt.reference_number},
        **{"total": f"{receipt.total.normalize():f}", "currency": receipt.currency},
        "lines": [line(each.invoice_id, each.amount) for each in lines],
    }
    return changes.ask(
        *(actor, change_id, VERB),
        company_id=receipt.company_id,
        **content,
        before=before,
    )


class _DeletingReceipt:
    def send(self, change: Change) -> int:
        receipts = client_for(change.store).receipts
        if change.is_deferred:
            total = receipts.get(target(change)).total
            if (f"{total.amount.normalize():f}", total.currency) != (
                change.before["total"],
                change.before["currency"],
            ):
                raise Stale(_("The receipt has changed since it was shown; it was left as it is."))
        return receipts.delete(target(change))

    def look_up(self, change: Change) -> Finding:
        try:
            client_for(change.store).receipts.get(target(change))
        except NotFound:
            return Finding(Fate.DONE, target(change))
        return Finding(Fate.NOT_DONE)

    def mirror(self, change: Change) -> None:
        refresh_receipt(change.store, target(change))


changes.carriers[VERB] = _DeletingReceipt()
