"""Making an invoice out of an order: what will become of it is shown first."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from arportal.desk.forms.change_form import ChangeForm
from arportal.desk.orders.page import get_order_or_404, order_facts
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import confirm
from arportal.receivables.invoices.invoice_order import InvoiceOrder
from arportal.stores.access import Permission


@page(Permission.EDIT_INVOICE, methods=("GET", "HEAD", "POST"))
def order_invoice(request: DeskRequest, order_id: int) -> HttpResponse:
    """Shows what will become of the order, then makes its invoice."""
    order = get_order_or_404(request, order_id)
    form = ChangeForm(request.POST.dict() if request.method == "POST" else None)
    if form.is_valid():
        change_id = form.cleaned_data["change_id"]
        verb = InvoiceOrder(actor=request.actor, change_id=change_id, order_id=order_id)
        if response := confirm(request, form, verb, _("The order has been invoiced.")):
            return response
    elif form.errors:
        form.again()
    context = order_facts(request, order) | {"form": form}
    return render(request, "orders/invoice.html", context, status=form.http_status)
