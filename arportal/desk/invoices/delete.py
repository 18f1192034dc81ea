"""Deleting an invoice: what is lost with it is shown first."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from arportal.desk.forms.change_form import ReasonField
from arportal.desk.invoices.edit import fresh_invoice
from arportal.desk.invoices.edit_form import InvoiceForm
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import confirm
from arportal.receivables.invoices.delete_invoice import DeleteInvoice, loss
from arportal.receivables.invoices.invoice_values import values_of
from arportal.stores.access import Permission


class DeleteForm(InvoiceForm):
    reason = ReasonField()


@page(Permission.DELETE_INVOICE, methods=("GET", "HEAD", "POST"), keeps=True)
def invoice_delete(request: DeskRequest, invoice_id: int) -> HttpResponse:
    invoice, problem = fresh_invoice(request, invoice_id)
    form = DeleteForm(request.POST or None, invoice, values_of(invoice, request.store.zone), {})
    if request.method == "POST" and form.is_valid():
        delete = DeleteInvoice(
            actor=request.actor,
            change_id=form.cleaned_data["change_id"],
            invoice_id=invoice.api_id,
            seen=form.cleaned_data["seen"],
            reason=form.cleaned_data["reason"],
        )
        words = _("Invoice %(number)s is deleted.") % {"number": invoice.number}
        if response := confirm(request, form, delete, words):
            return response
    context = {"invoice": invoice, "form": form, "problem": problem, "loss": loss(request.actor, invoice)}
    return render(request, "invoices/delete.html", context, status=422 if form.errors else 200)
