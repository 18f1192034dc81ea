"""What a payment's next status will do to its invoices, said before it is done."""

from dataclasses import dataclass

from arportal.b2b import Money, ProcessingStatus
from arportal.mirror.models import Invoice, Payment, PaymentLine
from arportal.stores.models import Membership


@dataclass(frozen=True)
class Effect:
    """One invoice's open balance, before and after."""

    invoice: Invoice
    before: Money
    after: Money


def effects(actor: Membership, payment: Payment, status: ProcessingStatus) -> list[Effect]:
    """Refunding gives the amounts back to the invoices, leaving Refunded takes them again; nothing else
    moves a balance."""
    was, will = (each == ProcessingStatus.REFUNDED for each in (payment.processing_status, status))
    if was == will:
        return []
    lines = PaymentLine.objects.filter(store=actor.store, payment_id=payment.api_id)
    invoices = Invoice.objects.visible_to(actor).by_api_id(line.invoice_id for line in lines)
    return [
        _effect(invoices[line.invoice_id], line.money if will else -line.money)
        for line in lines
        if line.invoice_id in invoices and invoices[line.invoice_id].currency == line.currency
    ]


def _effect(invoice: Invoice, moved: Money) -> Effect:
    return Effect(invoice, before=invoice.open_money, after=invoice.open_money + moved)
