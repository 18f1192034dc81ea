"""What a payment's next status will do to its invoices, said before it is done."""

from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import dataclass
from decimal import Decimal

from arportal.b2b import AppliedStatus, InvoiceStatus, Money, ProcessingStatus
from arportal.mirror.models import Invoice, Payment, PaymentLine
from arportal.stores.models import Membership


@dataclass(frozen=True)
class Effect:
    """One invoice as it is, and `then`, as it will be; `then` is a copy that is never saved."""

    invoice: Invoice
    then: Invoice

    @property
    def before(self) -> Money:
        return self.invoice.balance_money

    @property
    def after(self) -> Money:
        return self.then.balance_money


def effects(actor: Membership, payment: Payment, status: ProcessingStatus) -> list[Effect]:
    """Refunding gives the amounts back to the invoices, leaving Refunded takes them again; between the others
    balances move only where the store counts a payment no sooner than it is completed."""
    return effects_together(actor, [payment], status)


def effects_together(
    actor: Membership, payments: Sequence[Payment], status: ProcessingStatus
) -> list[Effect]:
    """Of moving all of them to that status: one Effect an invoice, for the sum of what comes and goes."""
    moving = {
        payment.api_id: payment.counts
        for payment in payments
        if payment.counts != will_count(payment, status)
    }
    if not moving:
        return []
    lines = PaymentLine.objects.filter(store=actor.store, payment_id__in=moving).order_by("pk")
    invoices = Invoice.objects.visible_to(actor).by_api_id(line.invoice_id for line in lines)
    moved: dict[int, Decimal] = {}
    for line in lines:
        invoice = invoices.get(line.invoice_id)
        if invoice is not None and invoice.currency == line.currency:
            amount = line.amount if moving[line.payment_id] else -line.amount
            moved[line.invoice_id] = moved.get(line.invoice_id, Decimal(0)) + amount
    paid = paid_otherwise(actor, moved, without=moving)
    return [effect(invoices[api_id], amount, api_id in paid) for api_id, amount in moved.items()]


def will_count(payment: Payment, status: int) -> bool:
    """Whether it will, once it has that status."""
    if status in (ProcessingStatus.REFUNDED, ProcessingStatus.COMPLETED):
        return status == ProcessingStatus.COMPLETED
    if payment.counts:
        return True
    # Where balances follow the status by themselves, the store offers no operations to move them by hand.
    follows = not payment.raw.get("allowedOperations")
    outside = (ProcessingStatus.REFUNDED, ProcessingStatus.INCOMPLETE)
    return follows and payment.processing_status in outside


def paid_otherwise(actor: Membership, invoice_ids: Collection[int], without: Collection[int]) -> set[int]:
    """Those of the invoices that payments count on, `without` these payments."""
    others = PaymentLine.objects.filter(store=actor.store, invoice_id__in=invoice_ids).exclude(
        payment_id__in=without
    )
    counting = Payment.objects.filter(
        store=actor.store, applied_status=AppliedStatus.APPLIED, gone_at=None
    ).by_api_id(line.payment_id for line in others)
    return {line.invoice_id for line in others if line.payment_id in counting}


def effect(invoice: Invoice, moved: Decimal, is_paid_otherwise: bool) -> Effect:
    """Of `moved` being added to its open balance, in its currency."""
    then = copy(invoice)
    then.open_balance += moved
    if then.open_balance <= 0:
        then.status = InvoiceStatus.PAID
    elif moved < 0 or then.open_balance < then.original_balance or is_paid_otherwise:
        then.status = InvoiceStatus.PARTIALLY_PAID
    else:
        then.status = InvoiceStatus.OPEN
    return Effect(invoice, then)
