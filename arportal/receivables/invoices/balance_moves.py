"""Moving the open balance of an invoice by our own word: write-offs, and credits applied.

The API has no write-off and no credit note that could be applied: all there is is PUT /ip/invoices/{id} with a new
open balance. It takes an absolute amount, so a move that is sent twice moves nothing the second time; but it would
also write over a payment that has come in since. So a move is sent only to a balance that is as the person saw it,
and one whose answer was lost is told from what buyers paid meanwhile by the payments that are younger than it.
"""

import enum
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from django.db.models import Max
from django.utils.translation import gettext as _

from arportal import b2b
from arportal.b2b import Client, InvoiceStatus, Money, plain
from arportal.b2b.errors import NotFound
from arportal.mirror.api.refresh import refresh_payments_of_invoice
from arportal.mirror.models import Invoice, PaymentLine
from arportal.mirror.models.payments import counts
from arportal.receivables.allocation.allocations import open_amounts
from arportal.receivables.allocation.on_the_way import PAYING, on_the_way
from arportal.receivables.changes.amounts import check_amount
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.invoices.edit_invoice import read_afresh
from arportal.receivables.models import Change
from arportal.receivables.payments.previews import Effect
from arportal.stores.models import Membership


class BalanceState(enum.Enum):
    """An invoice at the store, compared with what a move was to make of it."""

    BEFORE = enum.auto()
    # Not moved; but payments have come in since it was asked for.
    PAID_SINCE = enum.auto()
    MOVED = enum.auto()
    # Somebody else has changed it, before or after it was moved: nobody can tell.
    OTHER = enum.auto()
    GONE = enum.auto()


@dataclass(frozen=True, slots=True)
class BalanceChange:
    """A move: the open balance and the status of one invoice, before and after. `last_payment`: the youngest payment
    to it that was known when this was asked for; younger ones are not in `before`."""

    invoice_id: int
    before: Decimal
    after: Decimal
    status_before: int
    status_after: int
    last_payment: int

    @classmethod
    def of(cls, invoice: Invoice, by: Decimal) -> Self:
        """The move that changes its balance by so much."""
        after = invoice.open_balance + by
        status = InvoiceStatus.OPEN
        if after <= 0:
            status = InvoiceStatus.PAID
        elif after < invoice.original_balance:
            status = InvoiceStatus.PARTIALLY_PAID
        return cls(
            invoice_id=invoice.api_id,
            before=invoice.open_balance,
            after=after,
            status_before=invoice.status,
            status_after=status,
            last_payment=last_payment(invoice),
        )

    @classmethod
    def kept(cls, invoice_id: int, before: dict[str, Any], after: dict[str, Any]) -> Self:
        """The move as a Change keeps it: see `as_before` and `as_after`."""
        return cls(
            invoice_id=invoice_id,
            before=Decimal(before["open_balance"]),
            after=Decimal(after["open_balance"]),
            status_before=before["status"],
            status_after=after["status"],
            last_payment=before["last_payment"],
        )

    def taken_back(self, invoice: Invoice) -> Self:
        """The move that undoes this one."""
        return type(self)(
            invoice_id=self.invoice_id,
            before=self.after,
            after=self.before,
            # The store's own word, which need not be the one we expected.
            status_before=invoice.status,
            status_after=self.status_before,
            last_payment=last_payment(invoice),
        )

    def as_before(self) -> dict[str, Any]:
        return {
            "open_balance": plain(self.before),
            "status": self.status_before,
            "last_payment": self.last_payment,
        }

    def as_after(self) -> dict[str, Any]:
        return {"open_balance": plain(self.after), "status": self.status_after}


def last_payment(invoice: Invoice) -> int:
    lines = PaymentLine.objects.filter(store=invoice.store_id, invoice_id=invoice.api_id)
    return lines.aggregate(last=Max("payment_id"))["last"] or 0


def move_of(change: Change) -> BalanceChange:
    """The move of the Change's invoice."""
    return BalanceChange.kept(change.target, change.before, change.after)


def credit_move_of(change: Change) -> BalanceChange:
    """The move of the credit that the Change applies or takes back."""
    if change.credit_id is None:
        raise ValueError(f"Change {change.pk} names no credit.")
    return BalanceChange.kept(change.credit_id, change.before["credit"], change.after["credit"])


def state_now(client: Client, move: BalanceChange) -> BalanceState:
    """The state before a move that was never sent: BEFORE if all is exactly as it was shown, else OTHER."""
    invoice = client.invoices.get(move.invoice_id)
    is_as_shown = (invoice.open_balance.amount, int(invoice.status)) == (move.before, move.status_before)
    return BalanceState.BEFORE if is_as_shown else BalanceState.OTHER


def state_since(client: Client, move: BalanceChange) -> BalanceState:
    """The state after a move that may have reached the store, but for what was paid since."""
    try:
        invoice = client.invoices.get(move.invoice_id)
    except NotFound:
        return BalanceState.GONE
    younger = (
        payment
        for payment in client.payments.list(invoice_id=move.invoice_id)
        if payment.payment_id > move.last_payment
        and counts(payment.applied_status, int(payment.processing_status))
    )
    lines = (line for payment in younger for line in payment.lines if line.invoice_id == move.invoice_id)
    paid = sum((line.amount.amount for line in lines), Decimal(0))
    if invoice.open_balance.amount == move.after - paid:
        return BalanceState.MOVED
    if invoice.open_balance.amount != move.before - paid:
        return BalanceState.OTHER
    is_as_before = not paid and int(invoice.status) == move.status_before
    return BalanceState.BEFORE if is_as_before else BalanceState.PAID_SINCE


def write(client: Client, move: BalanceChange, currency: str) -> int:
    """PUT /ip/invoices/{id}. The status goes with the balance: by itself the store changes it to paid alone."""
    return client.invoices.update(
        move.invoice_id,
        open_balance=Money(move.after, currency),
        status=b2b.InvoiceStatus(move.status_after),
    )


def preview(invoice: Invoice, by: Decimal) -> Effect:
    """The invoice as moving its balance by so much would leave it."""
    move = BalanceChange.of(invoice, by)
    then = copy(invoice)
    then.open_balance = move.after
    then.status = move.status_after
    return Effect(invoice, then)


def read_with_payments(actor: Membership, invoice_id: int) -> Invoice:
    """The invoice and the payments to it as the store has them; payments first, as the ledger wants them. Raises
    B2BError, Invalid."""
    refresh_payments_of_invoice(actor.store, invoice_id)
    return read_afresh(actor, invoice_id)


def check_open(actor: Membership, invoice: Invoice, amount: Decimal) -> None:
    """Raises Invalid unless so much can be taken off what is open on the invoice. Call it with the company locked."""
    check_amount(Money(amount, invoice.currency))
    if not invoice.is_owed:
        raise Invalid({"": [_("Nothing is open on invoice %s.") % invoice]})
    if on_the_way(actor, [invoice.company_id], PAYING).get(invoice.api_id):
        words = _("A payment to invoice %s is on its way to the store: wait until it is confirmed.")
        raise Invalid({"": [words % invoice]})
    if amount > open_amounts(actor, [invoice])[invoice.api_id]:
        raise Invalid({"amount": [_("This is more than is open on invoice %s.") % invoice]})
