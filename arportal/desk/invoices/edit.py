"""Correcting an invoice; what may not be intended has to be confirmed."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from arportal.desk.forms.extra_field_forms import extra_fields_of
from arportal.desk.invoices.edit_form import EditForm
from arportal.desk.invoices.page import get_invoice_or_404
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import confirm
from arportal.mirror.models import Invoice
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.invoices.edit_invoice import read_afresh, warnings
from arportal.receivables.invoices.invoice_values import Values, values_of
from arportal.stores.access import Permission


@page(Permission.EDIT_INVOICE, methods=("GET", "HEAD", "POST"), keeps=True)
def invoice_edit(request: DeskRequest, invoice_id: int) -> HttpResponse:
    invoice, problem = fresh_invoice(request, invoice_id)
    values = values_of(invoice, request.store.zone)
    form = EditForm(request.POST or None, invoice, values, extra_fields_of(request.store, "invoices"))
    if request.method == "POST" and form.is_valid():
        if _doubts(form) and not form.cleaned_data["accepted"]:
            form.add_error("accepted", _("Tick this if it is intended."))
        else:
            words = _("Invoice %(number)s saved.") % {"number": form.cleaned_data["number"]}
            if response := confirm(request, form, form.verb(request.actor), words):
                return response
    context = {"invoice": invoice, "form": form, "problem": problem, "warnings": _doubts(form)}
    return render(request, "invoices/edit.html", context, status=422 if form.errors else 200)


def fresh_invoice(request: DeskRequest, invoice_id: int) -> tuple[Invoice, str]:
    """The invoice as the store has it, or as we know it with the reason why it could not be read."""
    known = get_invoice_or_404(request, invoice_id)
    if request.method == "POST":
        return known, ""
    try:
        return read_afresh(request.actor, invoice_id), ""
    except Invalid as unreadable:
        return known, str(unreadable)


def _doubts(form: EditForm) -> list[str]:
    """The warnings about what the person wants, but for those that what they saw gave cause for already."""
    is_readable = form.is_bound and not set(form.errors) - {"accepted"}
    if not is_readable or "seen" not in getattr(form, "cleaned_data", {}):
        return []
    seen: Values = form.cleaned_data["seen"]
    before = warnings(seen)
    return [words for words in warnings({**seen, **form.wanted()}) if words not in before]
