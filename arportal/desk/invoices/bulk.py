"""Changing many invoices at once: chosen in the list, shown as they would be, then done one by one."""

import uuid
from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.format.statuses import INVOICE_STATUS_WORDS
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.invoices.list import INVOICES
from arportal.desk.lists import selection
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.mirror.models import Invoice
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.invoices import bulk_invoices
from arportal.receivables.models import Change
from arportal.stores.access import Permission, may

DUE, STATUS, DELETE = "due", "status", "delete"
# What each choice needs; forms.css shows no more.
FIELDS = {
    DUE: {"due_on"},
    STATUS: {"status"},
    DELETE: {"reason"},
}
SHOWN = 200


class BulkForm(Keepable, forms.Form):
    batch = forms.UUIDField(widget=Input("hidden"), initial=uuid.uuid4)
    what = forms.ChoiceField(
        label=_lazy("What to do"),
        choices=[
            (DUE, _lazy("Set the due date")),
            (STATUS, _lazy("Mark a status")),
            (DELETE, _lazy("Delete")),
        ],
        widget=Select,
    )
    due_on = forms.DateField(label=_lazy("Due date"), required=False, widget=Input("date"))
    status = forms.TypedChoiceField(
        label=_lazy("Status"),
        choices=[(int(each), words) for each, words in INVOICE_STATUS_WORDS.items()],
        coerce=int,
        required=False,
        widget=Select,
    )
    reason = forms.CharField(label=_lazy("Reason"), max_length=500, required=False, widget=Input())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in {"due_on", "status", "reason"} - FIELDS.get(cleaned.get("what", ""), set()):
            self.errors.pop(name, None)  # Of another choice: it is not even shown.
        if cleaned.get("what") == DUE and not cleaned.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("Enter the date."))
        if cleaned.get("what") == STATUS and cleaned.get("status") == "":
            self.add_error("status", _("Choose the status."))
        if cleaned.get("what") == DELETE and not cleaned.get("reason"):
            self.add_error("reason", _("Give a reason: it is kept in the history."))
        return cleaned

    def wanted(self) -> dict[str, Any] | None:
        """As `invoice_values` has it; None to delete."""
        if self.cleaned_data["what"] == DUE:
            return {"due_on": self.cleaned_data["due_on"].isoformat()}
        return {"status": self.cleaned_data["status"]} if self.cleaned_data["what"] == STATUS else None


@page(Permission.EDIT_INVOICE, methods=("POST",), keeps=True)
def bulk(request: DeskRequest) -> HttpResponse:
    """First what to do with the selected invoices, then what would become of each, then it is asked for."""
    try:
        invoices = list(selection.chosen(INVOICES, request).order_by("api_id")[: bulk_invoices.MOST + 1])
    except selection.NotChosen as nothing:
        messages.error(request, str(nothing))
        return SeeOther(link("invoices", request.store.slug))
    first = "step" not in request.POST
    form = BulkForm(None if first else request.POST)
    context: dict[str, Any] = {"form": form, "invoices": invoices, "most": bulk_invoices.MOST}
    if first or not form.is_valid():
        return render(request, "invoices/bulk.html", context, status=200 if first else 422)
    if request.POST["step"] == "do" and (response := _ask(request, form, invoices)):
        return response
    found = bulk_invoices.outlooks(request.actor, invoices[: bulk_invoices.MOST], form.wanted())
    context |= {
        "outlooks": found[:SHOWN],
        "ready": sum(not each.refusal for each in found),
        "total": len(found),
    }
    return render(request, "invoices/bulk_preview.html", context, status=422 if form.errors else 200)


@page(Permission.READ)
def invoice_batch(request: DeskRequest, batch: uuid.UUID) -> HttpResponse:
    """Outcome for each invoice of a bulk change, while it is under way and after."""
    made = list(bulk_invoices.changes_in(request.actor, batch))
    if not made:
        raise Http404(_("There is no such bulk change."))
    invoices = Invoice.objects.filter(store=request.store).by_api_id(
        each.target_id for each in made if each.target_id
    )
    context = {
        "rows": [{"change": each, "invoice": invoices.get(each.target_id or 0)} for each in made],
        "counts": sorted(Counter(each.get_state_display() for each in made).items()),
        "done": sum(each.is_settled for each in made),
        "running": any(not each.is_settled and each.state != Change.State.WAITING for each in made),
        "batch": batch,
    }
    template = "invoices/_batch.html" if request.htmx else "invoices/batch.html"
    return render(request, template, context)


def _ask(request: DeskRequest, form: BulkForm, invoices: list[Invoice]) -> HttpResponse | None:
    ids, wanted = [each.api_id for each in invoices], form.wanted()
    if wanted is None and not may(request.actor, Permission.DELETE_INVOICE):
        form.add_error("what", _("Your role does not allow this."))
        return None
    batch, reason = form.cleaned_data["batch"], form.cleaned_data["reason"]
    try:
        bulk_invoices.change_together(request.actor, batch, ids, wanted, reason)
    except Invalid as broken:
        for name, words in broken.fields.items():
            form.add_error(name if name in form.fields else None, words)
        return None
    return SeeOther(reverse("desk:invoice_batch", args=[request.store.slug, batch]))
