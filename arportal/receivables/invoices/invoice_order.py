"""Making an invoice of an order."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from arportal.b2b import Client
from arportal.mirror.api.refresh import refresh_invoices, refresh_order
from arportal.mirror.models import Invoice, Order
from arportal.receivables.changes.draft import Content, Draft
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.execution import LookupResult
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import About, Verb
from arportal.receivables.models import Change
from arportal.receivables.orders.orders import NOBODY, read_afresh
from arportal.stores.access import Permission


class _InvoicingOrder:
    def send(self, client: Client, change: Change) -> int:
        if change.is_deferred and client.orders.get(change.payload["order_id"]).invoice_id:
            raise Conflict(_("This order already has an invoice."))
        return client.invoices.create_from_order(change.after["b2b_id"]).invoice_id

    def look_up(self, client: Client, change: Change) -> LookupResult:
        invoice_id = client.orders.get(change.payload["order_id"]).invoice_id
        return (
            LookupResult(LookupOutcome.DONE, invoice_id)
            if invoice_id
            else LookupResult(LookupOutcome.NOT_DONE)
        )

    def read_back(self, change: Change) -> None:
        refresh_order(change.store, change.payload["order_id"])
        if change.target_id:
            refresh_invoices(change.store, [change.target_id])


@dataclass(kw_only=True)
class InvoiceOrder(Verb[Order]):
    """Makes an invoice of an order (POST /ip/orders/{B2B id}/invoices). `order_id` is BigCommerce's."""

    name = Change.Verb.INVOICE_ORDER
    about = About.INVOICE
    handler = _InvoicingOrder()

    order_id: int

    def permission(self, row: Order | None = None) -> Permission:
        return Permission.EDIT_INVOICE

    def content(self) -> Content:
        return {"payload": {"order_id": self.order_id}}

    def row(self) -> Order:
        return Order.objects.visible_to(self.actor).get(api_id=self.order_id)

    def company_of(self, row: Order) -> int:
        return row.company_id or NOBODY

    def read(self, row: Order) -> Order:
        return read_afresh(self.actor, row)

    def check(self, row: Order) -> None:
        if row.company_id is None:
            raise Invalid(
                {"": [_("Only a company's orders can be invoiced; this one is a private customer's.")]}
            )
        if not row.can_be_invoiced:
            raise Invalid({"": [_("An incomplete order cannot be invoiced.")]})
        its_invoice = Invoice.objects.filter(store=row.store, order_number=str(row.api_id), gone_at=None)
        if row.raw.get("invoiceId") or its_invoice.exists():
            raise Invalid({"": [_("This order already has an invoice.")]})

    def draft(self, row: Order) -> Draft:
        # Only the row knows the B2B id, under which the API takes it.
        after = {"order_id": self.order_id, "b2b_id": row.b2b_id}
        return Draft(company_id=self.company_of(row), after=after)
