"""Changing the due date of an invoice: more time, or less, as it was agreed with the company."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.format.formats import formatter
from arportal.desk.forms.book_day import BookDay
from arportal.desk.forms.change_form import ReasonField
from arportal.desk.forms.form_data import FormData
from arportal.desk.invoices.edit import fresh_invoice
from arportal.desk.invoices.edit_form import InvoiceForm
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import confirm
from arportal.mirror.models import Invoice
from arportal.receivables.invoices.invoice_values import Values, values_of
from arportal.receivables.invoices.set_due_date import SetDueDate
from arportal.stores.access import Permission
from arportal.stores.models import Membership


class DueDateForm(InvoiceForm):
    due_on = BookDay(_lazy("New due date"))
    reason = ReasonField()

    def __init__(self, data: FormData, invoice: Invoice, values: Values) -> None:
        super().__init__(data, invoice, values, {"due_on": values["due_on"]})

    def verb(self, actor: Membership) -> SetDueDate:
        return SetDueDate(
            actor=actor,
            change_id=self.cleaned_data["change_id"],
            invoice_id=self.invoice.api_id,
            due_on=self.cleaned_data["due_on"],
            seen=self.cleaned_data["seen"],
            reason=self.cleaned_data["reason"],
        )


@page(Permission.EDIT_INVOICE, methods=("GET", "HEAD", "POST"), keeps=True)
def set_due_date(request: DeskRequest, invoice_id: int) -> HttpResponse:
    invoice, problem = fresh_invoice(request, invoice_id)
    form = DueDateForm(request.POST or None, invoice, values_of(invoice, request.store.zone))
    if form.is_valid():
        day = formatter().date(form.cleaned_data["due_on"])
        words = _("Invoice %(number)s is due on %(day)s.") % {"number": invoice.number, "day": day}
        if response := confirm(request, form, form.verb(request.actor), words):
            return response
    context = {"invoice": invoice, "form": form, "problem": problem}
    return render(request, "invoices/set_due_date.html", context, status=form.http_status)
