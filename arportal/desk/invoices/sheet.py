"""Everything one invoice's page shows: what was bought, what was paid, and how the balance comes about."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from arportal.b2b import InvalidResponse, Money, ProcessingStatus
from arportal.b2b.records.invoice_details import InvoiceDetails, InvoiceLine
from arportal.documents.invoice_view import is_credit_note
from arportal.mirror.models import Invoice, InvoiceState, Payment, PaymentLine
from arportal.stores.models import Membership

ENDED = (ProcessingStatus.COMPLETED, ProcessingStatus.REFUNDED)


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment's part that goes to this invoice."""

    payment: Payment
    amount: Money


@dataclass(frozen=True)
class Sheet:
    invoice: Invoice
    today: dt.date
    details: InvoiceDetails
    payments: list[Paid]

    @property
    def state(self) -> InvoiceState:
        return self.invoice.state_on(self.today)

    @property
    def is_credit_note(self) -> bool:
        return is_credit_note(self.invoice)

    @property
    def days_late(self) -> int:
        return self.invoice.days_late(self.today)

    @property
    def lines(self) -> list[tuple[InvoiceLine, Money | None]]:
        return [(line, line_total(line)) for line in self.details.lines]

    @property
    def paid(self) -> Money:
        zero = Money.zero(self.invoice.currency)
        return sum((paid.amount for paid in self.payments if paid.payment.counts), zero)

    @property
    def paid_negative(self) -> Money:
        return -self.paid

    @property
    def pending(self) -> list[Payment]:
        """The payments of it that are not at their end, as far as we know them: the invoice says only that there
        are some."""
        known = {paid.payment.api_id: paid.payment for paid in self.payments}
        return [payment for payment in known.values() if payment.processing_status not in ENDED]

    @property
    def adjusted(self) -> Money:
        """What original balance and payments leave unexplained: balances may be written by other systems."""
        return self.invoice.balance_money - (self.invoice.original_money - self.paid)


def sheet_of(actor: Membership, invoice: Invoice) -> Sheet:
    today = actor.store.today(timezone.now())
    return Sheet(invoice, today, _details(invoice), _payments(actor, invoice))


def line_total(line: InvoiceLine) -> Money | None:
    """Quantity times the discounted unit price; None where the invoice does not say enough."""
    if line.quantity is None or line.unit_price is None:
        return None
    unit = line.unit_price
    if line.unit_discount is not None and line.unit_discount.currency == unit.currency:
        unit = unit - line.unit_discount
    return Money(unit.amount * line.quantity, unit.currency).quantized()


def _details(invoice: Invoice) -> InvoiceDetails:
    try:
        return InvoiceDetails.parse(invoice.raw.get("details") or {})
    except InvalidResponse:
        # A part we cannot read must not hide the balances: the page then shows those alone.
        return InvoiceDetails.parse({})


def _payments(actor: Membership, invoice: Invoice) -> list[Paid]:
    lines = PaymentLine.objects.filter(
        store=actor.store, invoice_id=invoice.api_id, currency=invoice.currency
    )
    found = list(lines.order_by("payment_id", "position"))
    payments = Payment.objects.visible_to(actor).by_api_id(line.payment_id for line in found)
    known = ((payments.get(line.payment_id), line) for line in found)
    return [Paid(payment, line.money) for payment, line in known if payment is not None]
