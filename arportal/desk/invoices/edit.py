"""Correcting an invoice, and deleting one."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from arportal.desk.forms.extra_field_forms import extra_fields_of
from arportal.desk.invoices.edit_form import DeleteForm, EditForm, InvoiceForm
from arportal.desk.invoices.page import get_invoice_or_404
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import settled
from arportal.mirror.models import Invoice
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.verb import perform
from arportal.receivables.invoices.invoice_deletion import DeleteInvoice, loss
from arportal.receivables.invoices.invoice_editing import (
    EditInvoice,
    read_afresh,
    warnings,
)
from arportal.receivables.invoices.invoice_values import Values, values_of
from arportal.receivables.models import Change
from arportal.stores.access import Permission

METHODS = ("GET", "HEAD", "POST")


@page(Permission.EDIT_INVOICE, methods=METHODS, keeps=True)
def invoice_edit(request: DeskRequest, invoice_id: int) -> HttpResponse:
    invoice, problem = _fresh(request, invoice_id)
    values = values_of(invoice, request.store.zone)
    form = EditForm(request.POST or None, invoice, values, extra_fields_of(request.store, "invoices"))
    if request.method == "POST" and form.is_valid() and (response := _edit(request, form, invoice)):
        return response
    context = {"invoice": invoice, "form": form, "problem": problem, "warnings": _doubts(form)}
    return render(request, "invoices/edit.html", context, status=422 if form.errors else 200)


@page(Permission.DELETE_INVOICE, methods=METHODS, keeps=True)
def invoice_delete(request: DeskRequest, invoice_id: int) -> HttpResponse:
    invoice, problem = _fresh(request, invoice_id)
    form = DeleteForm(request.POST or None, invoice, values_of(invoice, request.store.zone), {})
    if request.method == "POST" and form.is_valid() and (response := _delete(request, form, invoice)):
        return response
    context = {"invoice": invoice, "form": form, "problem": problem, "loss": loss(request.actor, invoice)}
    return render(request, "invoices/delete.html", context, status=422 if form.errors else 200)


def _edit(request: DeskRequest, form: EditForm, invoice: Invoice) -> HttpResponse | None:
    """None, with the reasons in the form, for what was refused or not accepted yet."""
    seen, wanted = form.cleaned_data["seen"], form.wanted()
    if _doubts(form) and not form.cleaned_data["accepted"]:
        form.add_error("accepted", _("Tick this if it is intended."))
        return None
    edit = EditInvoice(
        actor=request.actor,
        change_id=form.cleaned_data["change_id"],
        invoice_id=invoice.api_id,
        seen=seen,
        wanted=wanted,
    )
    change = _asked(form, edit)
    words = _("Invoice %(number)s saved.") % {"number": wanted["number"]}
    return _answered(request, form, change, words)


def _delete(request: DeskRequest, form: DeleteForm, invoice: Invoice) -> HttpResponse | None:
    cleaned = form.cleaned_data
    delete = DeleteInvoice(
        actor=request.actor,
        change_id=cleaned["change_id"],
        invoice_id=invoice.api_id,
        seen=cleaned["seen"],
        reason=cleaned["reason"],
    )
    change = _asked(form, delete)
    words = _("Invoice %(number)s is deleted.") % {"number": invoice.number}
    return _answered(request, form, change, words)


def _doubts(form: EditForm) -> list[str]:
    """Warnings of what the person wants, that what they saw did not give cause for already."""
    if (
        not form.is_bound
        or "seen" not in getattr(form, "cleaned_data", {})
        or set(form.errors) - {"accepted"}
    ):
        return []
    seen: Values = form.cleaned_data["seen"]
    before = warnings(seen)
    return [words for words in warnings({**seen, **form.wanted()}) if words not in before]


def _fresh(request: DeskRequest, invoice_id: int) -> tuple[Invoice, str]:
    """The invoice as the store has it, or as we know it with the reason why it could not be read."""
    known = get_invoice_or_404(request, invoice_id)
    if request.method == "POST":
        return known, ""
    try:
        return read_afresh(request.actor, invoice_id), ""
    except Invalid as unreadable:
        return known, str(unreadable)


def _asked(form: InvoiceForm, verb: EditInvoice | DeleteInvoice) -> Change | None:
    try:
        return perform(verb)
    except Conflict as changed:
        form.refuse(changed.fields, changed.now)
    except Invalid as broken:
        form.refuse(broken.fields)
    return None


def _answered(
    request: DeskRequest, form: InvoiceForm, change: Change | None, words: str
) -> HttpResponse | None:
    if change is None:
        return None
    response = settled(request, change, words)
    if response is None:
        form.refuse({"": [change.error]})
    return response
