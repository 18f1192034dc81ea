"""The balances of invoices as they will be, shown before a payment is changed or recorded."""

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from decimal import Decimal

from arportal.b2b import InvoiceStatus, Money, ProcessingStatus
from arportal.b2b.errors import B2BError
from arportal.mirror.api.refresh import refresh_invoices
from arportal.mirror.models import Invoice, Payment, PaymentLine
from arportal.mirror.models.payments import COUNTS, RECEIVED_NOTHING
from arportal.stores.models import Membership

# More than this many would keep a person waiting, and take the store's requests from others.
READ_AFRESH = 10


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


@dataclass(frozen=True)
class RecordedLine:
    """An invoice, and `then`, what it will be: a copy that is never saved. What is on its way to the store
    counts as paid in both, so `before` may be less than the store's own open balance."""

    invoice: Invoice
    then: Invoice
    amount: Money

    @property
    def before(self) -> Money:
        return self.after + self.amount

    @property
    def after(self) -> Money:
        return self.then.balance_money

    @property
    def credit(self) -> Money:
        """The part that is paid above the open balance; zero for most."""
        return max(min(-self.after, self.amount), Money.zero(self.amount.currency))


def preview_status(actor: Membership, payment: Payment, status: ProcessingStatus) -> list[Effect]:
    """Refunding gives the amounts back to the invoices, leaving Refunded takes them again; between the others
    balances move only where the store counts a payment no sooner than it is completed."""
    return preview_statuses(actor, [payment], status)


def preview_statuses(
    actor: Membership, payments: Sequence[Payment], status: ProcessingStatus
) -> list[Effect]:
    """The same for many payments: one Effect an invoice, for the sum of what comes and goes."""
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
    paid = _paid_otherwise(actor, moved, without=moving)
    return [_effect(invoices[api_id], amount, api_id in paid) for api_id, amount in moved.items()]


def preview_amounts(
    actor: Membership, payment: Payment, was: Mapping[int, Decimal], will: Mapping[int, Decimal]
) -> list[Effect]:
    """The invoices whose balance moves when the payment's amounts (invoice id → amount in its currency) go
    from `was` to `will`; those the actor cannot see and those the store no longer has are left out."""
    moved = {each: was.get(each, Decimal(0)) - will.get(each, Decimal(0)) for each in {**was, **will}}
    invoices = Invoice.objects.visible_to(actor).filter(currency=payment.currency).by_api_id(moved)
    paid = _paid_otherwise(actor, invoices, without=[payment.api_id])
    return [
        _effect(invoices[each], by, each in will or each in paid)
        for each, by in moved.items()
        if by and each in invoices
    ]


def preview_line(invoice: Invoice, left: Decimal, amount: Decimal) -> RecordedLine:
    """The line of a new payment that pays `amount` on an invoice of which `left` is open, in its currency."""
    then = copy(invoice)
    then.open_balance = left - amount
    # The store's rule: nothing left is paid, whatever was before, and some payment is partially paid.
    then.status = InvoiceStatus.PARTIALLY_PAID if then.open_balance > 0 else InvoiceStatus.PAID
    return RecordedLine(invoice, then, Money(amount, invoice.currency))


def refresh_balances(actor: Membership, invoice_ids: Collection[int]) -> bool:
    """Reads these invoices again from the store, so that the balances shown are those of now. False when they
    are too many for that or the store cannot be asked: then the mirror has to do."""
    if len(invoice_ids) > READ_AFRESH:
        return False
    visible = Invoice.objects.visible_to(actor).filter(api_id__in=invoice_ids)
    try:
        refresh_invoices(actor.store, visible.values_list("api_id", flat=True))
    except B2BError:
        return False
    return True


def will_count(payment: Payment, status: int) -> bool:
    """True if the payment will lower balances once it has that status."""
    if status in (ProcessingStatus.REFUNDED, ProcessingStatus.COMPLETED):
        return status == ProcessingStatus.COMPLETED
    if payment.counts:
        return True
    # Where balances follow the status by themselves, the store offers no operations to move them by hand.
    follows = not payment.raw.get("allowedOperations")
    return follows and payment.processing_status in RECEIVED_NOTHING


def _paid_otherwise(actor: Membership, invoice_ids: Collection[int], without: Collection[int]) -> set[int]:
    """Those of the invoices that payments count on, `without` these payments."""
    others = PaymentLine.objects.filter(store=actor.store, invoice_id__in=invoice_ids).exclude(
        payment_id__in=without
    )
    counting = Payment.objects.filter(COUNTS, store=actor.store, gone_at=None).by_api_id(
        line.payment_id for line in others
    )
    return {line.invoice_id for line in others if line.payment_id in counting}


def _effect(invoice: Invoice, moved: Decimal, is_paid_otherwise: bool) -> Effect:
    """The effect of `moved` being added to the open balance, in its currency."""
    then = copy(invoice)
    then.open_balance += moved
    if then.open_balance <= 0:
        then.status = InvoiceStatus.PAID
    elif moved < 0 or then.open_balance < then.original_balance or is_paid_otherwise:
        then.status = InvoiceStatus.PARTIALLY_PAID
    else:
        then.status = InvoiceStatus.OPEN
    return Effect(invoice, then)
