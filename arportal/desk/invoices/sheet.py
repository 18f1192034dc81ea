"""Everything one invoice's page shows: what was bought, what was paid, and how the balance comes about."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.b2b import Money, ProcessingStatus
from arportal.b2b.records.invoice_details import InvoiceDetails, InvoiceLine
from arportal.documents.invoice_view import details_of, is_credit_note
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
    def title(self) -> str:
        words = _("Credit note %(number)s") if is_credit_note(self.invoice) else _("Invoice %(number)s")
        return words % {"number": self.invoice.number}

    @property
    def days_late(self) -> int:
        return self.invoice.days_late(self.today)

    @property
    def lines(self) -> list[tuple[InvoiceLine, Money | None]]:
        return [(line, line.total) for line in self.details.lines]

    @property
    def paid(self) -> Money:
        zero = Money.zero(self.invoice.currency)
        return sum((paid.amount for paid in self.payments if paid.payment.counts), zero)

    @property
    def paid_negative(self) -> Money:
        return -self.paid

    @property
    def pending(self) -> list[Payment]:
        """The payments of the invoice that are not at their end, as far as we know them: the invoice says only that
        there are some."""
        known = {paid.payment.api_id: paid.payment for paid in self.payments}
        return [payment for payment in known.values() if payment.processing_status not in ENDED]

    @property
    def adjusted(self) -> Money:
        """The part that original balance and payments leave unexplained: other systems may write balances."""
        return self.invoice.balance_money - (self.invoice.original_money - self.paid)


def sheet_of(actor: Membership, invoice: Invoice) -> Sheet:
    today = actor.store.today(timezone.now())
    lines = PaymentLine.objects.filter(
        store=actor.store, invoice_id=invoice.api_id, currency=invoice.currency
    ).order_by("payment_id", "position")
    payments = Payment.objects.visible_to(actor).by_api_id(line.payment_id for line in lines)
    paid = [Paid(payments[line.payment_id], line.money) for line in lines if line.payment_id in payments]
    return Sheet(invoice, today, details_of(invoice), paid)
