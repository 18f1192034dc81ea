"""Deleting invoices. Payments and receipts keep what they know of them; no balance of another one moves."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from arportal.b2b import Client, Money
from arportal.b2b.errors import NotFound
from arportal.mirror.api.refresh import refresh_invoices, refresh_order
from arportal.mirror.ids import id_in
from arportal.mirror.models import Invoice, Order, PaymentLine
from arportal.receivables.changes.draft import Content, Draft
from arportal.receivables.changes.errors import Conflict
from arportal.receivables.changes.execution import LookupResult
from arportal.receivables.changes.reasons import check_reason
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import About, Verb
from arportal.receivables.invoices.edit_invoice import CHANGED, CHANGING, read_afresh
from arportal.receivables.invoices.invoice_values import Values, agree, values_of
from arportal.receivables.models import Change
from arportal.stores.access import Permission
from arportal.stores.models import Membership

# What of the invoice is looked at again before it is deleted: money may have come in since it was shown.
GUARDED = ("number", "status", "open_balance", "original_balance")


@dataclass(frozen=True, slots=True)
class Loss:
    """All that goes with an invoice: what is open on it, the payments that name it, and the order it was made of."""

    open: Money
    paid: list[PaymentLine]
    order: Order | None


def guarded(values: Values) -> Values:
    return {name: values[name] for name in GUARDED}


def loss(actor: Membership, invoice: Invoice) -> Loss:
    lines = PaymentLine.objects.filter(store=actor.store, invoice_id=invoice.api_id)
    orders = Order.objects.visible_to(actor).filter(api_id=id_in(invoice.order_number) or 0)
    return Loss(invoice.open_money, list(lines.order_by("payment_id", "position")), orders.first())


class _Deleting:
    def send(self, client: Client, change: Change) -> int:
        now = values_of(client.invoices.get(change.target), change.store.zone)
        if not agree(now, change.before):
            raise Conflict(_("The invoice has changed since it was shown; it was left as it is."))
        return client.invoices.delete(change.target)

    def look_up(self, client: Client, change: Change) -> LookupResult:
        try:
            invoice = client.invoices.get(change.target)
        except NotFound:
            return LookupResult(LookupOutcome.DONE, change.target)
        untouched = agree(values_of(invoice, change.store.zone), change.before)
        return LookupResult(LookupOutcome.NOT_DONE if untouched else LookupOutcome.OVERTAKEN)

    def read_back(self, change: Change) -> None:
        refresh_invoices(change.store, [change.target])
        gone = Invoice.objects.filter(store=change.store, api_id=change.target).first()
        if gone is not None and (order_id := id_in(gone.order_number)):
            refresh_order(change.store, order_id)


@dataclass(kw_only=True)
class DeleteInvoice(Verb[Invoice]):
    """Deletes an invoice (DELETE /ip/invoices/{id}). `seen` is how it was shown, as `values_of` has it.

    Raises Conflict. Invalid names `reason`, or "".
    """

    name = Change.Verb.DELETE_INVOICE
    about = About.INVOICE
    handler = _Deleting()
    excludes = CHANGING

    invoice_id: int
    seen: Values
    reason: str

    def permission(self, row: Invoice | None = None) -> Permission:
        return Permission.DELETE_INVOICE

    def content(self) -> Content:
        return {"target_id": self.invoice_id, "payload": {"reason": self.reason}}

    def row(self) -> Invoice:
        return Invoice.objects.visible_to(self.actor).get(api_id=self.invoice_id)

    def read(self, row: Invoice) -> Invoice:
        return read_afresh(self.actor, self.invoice_id)

    def check(self, row: Invoice) -> None:
        check_reason(self.reason)
        now = values_of(row, self.actor.store.zone)
        if not agree(now, guarded(self.seen)):
            raise Conflict(str(CHANGED), seen=self.seen, now=now)

    def draft(self, row: Invoice) -> Draft:
        return Draft(
            company_id=row.company_id,
            before=guarded(self.seen),
            amount=abs(row.open_balance),
            currency=row.currency,
        )
