"""One invoice."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from arportal.desk.invoices.einvoice import panel_of
from arportal.desk.invoices.history import history
from arportal.desk.invoices.list import INVOICES
from arportal.desk.invoices.sheet import sheet_of
from arportal.desk.ledger.movements import movements
from arportal.desk.lists.lists import viewer_of
from arportal.desk.lists.prev_next import prev_next
from arportal.desk.site.pages import DeskRequest, page
from arportal.mirror.ids import id_in
from arportal.mirror.models import Channel, Invoice, Order
from arportal.mirror.models.invoices import InvoiceQuerySet
from arportal.receivables.models import Dispute
from arportal.stores.access import Permission, may
from arportal.stores.models import Membership


@page(Permission.READ)
def invoice(request: DeskRequest, invoice_id: int) -> HttpResponse:
    return invoice_page(request, get_invoice_or_404(request, invoice_id))


def invoice_page(
    request: DeskRequest, invoice: Invoice, problem: str = "", status: int = 200
) -> HttpResponse:
    """The invoice's page; `problem` says what could not be done with it, and `status` goes with that."""
    actor = request.actor
    orders = Order.objects.visible_to(actor).filter(api_id=order_id_of(invoice))
    context = {
        "invoice": invoice,
        "sheet": sheet_of(actor, invoice),
        "movements": movements(invoice, viewer_of(request)),
        "order": orders.first(),
        "channel": Channel.objects.filter(store=request.store, api_id=invoice.channel_id or 0).first(),
        "extra": invoice.raw.get("extraFields") or [],
        "history": history(actor, invoice),
        "einvoice": panel_of(actor, invoice),
        "prev_next": prev_next(INVOICES, request, invoice, "invoice"),
        "dispute": Dispute.objects.visible_to(actor)
        .filter(invoice_id=invoice.api_id, resolved_at=None)
        .first(),
        "may_collect": may(actor, Permission.COLLECT),
        "may_edit": may(actor, Permission.EDIT_INVOICE),
        "may_write_off": may(actor, Permission.WRITE_OFF) and invoice.is_owed,
        "may_apply": may(actor, Permission.APPLY_CREDIT)
        and (invoice.is_owed or invoice.open_balance < 0)
        and counterparts(actor, invoice).exists(),
        "may_delete": may(actor, Permission.DELETE_INVOICE),
        "problem": problem,
    }
    return render(request, "invoices/page.html", context, status=status)


def counterparts(actor: Membership, invoice: Invoice) -> InvoiceQuerySet:
    """The company's credits in the invoice's currency; of a credit, the open invoices."""
    rows = Invoice.objects.visible_to(actor).filter(company_id=invoice.company_id, currency=invoice.currency)
    return rows.outstanding() if invoice.open_balance < 0 else rows.in_credit()


def order_id_of(invoice: Invoice) -> int:
    """BigCommerce's id of the order it was made of; 0 for none."""
    return id_in(invoice.order_number) or 0


def get_invoice_or_404(request: DeskRequest, invoice_id: int) -> Invoice:
    invoice = Invoice.objects.visible_to(request.actor).filter(api_id=invoice_id).first()
    if invoice is None:
        raise Http404(_("There is no such invoice."))
    return invoice
