"""Making an invoice out of an order: what will become of it is shown first."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from arportal.desk.orders.page import get_order_or_404, order_facts
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import settled
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.verb import perform
from arportal.receivables.invoices.invoicing import InvoiceOrder
from arportal.stores.access import Permission


@page(Permission.EDIT_INVOICE, methods=("GET", "HEAD", "POST"))
def order_invoice(request: DeskRequest, order_id: int) -> HttpResponse:
    """Shows what will become of the order, then makes its invoice."""
    order = get_order_or_404(request, order_id)
    problem = ""
    if request.method == "POST":
        try:
            change_id = uuid.UUID(request.POST.get("change_id", ""))
            change = perform(InvoiceOrder(actor=request.actor, change_id=change_id, order_id=order_id))
        except ValueError:
            problem = _("This form is out of date. Check the order, then send it again.")
        except Invalid as broken:
            problem = str(broken)
        else:
            response = settled(request, change, _("The order has been invoiced."))
            if response is not None:
                return response
            problem = change.error
    # Sent again, it is a new change.
    context = order_facts(request, order) | {"problem": problem, "change_id": uuid.uuid4()}
    return render(request, "orders/invoice.html", context, status=422 if problem else 200)
