"""Changing many invoices at once: chosen in the list, shown as they would be, then done one by one."""

import uuid
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money
from arportal.desk.format.statuses import INVOICE_STATUS_WORDS
from arportal.desk.forms.book_day import BookDay
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.invoices.list import INVOICES
from arportal.desk.lists import selection
from arportal.desk.lists.batch import Batch, render_batch
from arportal.desk.site.links import invoice_batch_link, link
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
    due_on = BookDay(_lazy("Due date"), required=False)
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
        """The values to set, as `invoice_values` has them; None to delete."""
        match self.cleaned_data["what"]:
            case "due":
                return {"due_on": self.cleaned_data["due_on"].isoformat()}
            case "status":
                return {"status": self.cleaned_data["status"]}
        return None


@page(Permission.EDIT_INVOICE, methods=("POST",), keeps=True)
def bulk(request: DeskRequest) -> HttpResponse:
    """Asks what to do with the selected invoices, then shows what would become of each, then does it."""
    try:
        invoices = list(selection.chosen(INVOICES, request).order_by("api_id")[: bulk_invoices.MOST + 1])
    except selection.NotChosen as nothing:
        messages.error(request, str(nothing))
        return SeeOther(link("invoices", request.store.slug))
    first = "step" not in request.POST
    form = BulkForm(None if first else request.POST)
    context: dict[str, Any] = {"list": INVOICES, "form": form, "picked": invoices, "most": bulk_invoices.MOST}
    if first or not form.is_valid():
        return render(request, "invoices/bulk.html", context, status=200 if first else 422)
    if request.POST["step"] == "do" and (response := _ask(request, form, invoices)):
        return response
    outlooks = bulk_invoices.outlooks(request.actor, invoices[: bulk_invoices.MOST], form.wanted())
    context["outlooks"] = outlooks[:SHOWN]
    context["ready"] = sum(not outlook.refusal for outlook in outlooks)
    context["total"] = len(outlooks)
    return render(request, "invoices/bulk_preview.html", context, status=422 if form.errors else 200)


class InvoiceBatch(Batch):
    """Invoices that are changed, deleted or written off."""

    list_name = "invoices"
    list_title = _lazy("Invoices")
    template = "invoices/_batch.html"
    title = _lazy("Bulk change of invoices")

    @property
    def url(self) -> str:
        return invoice_batch_link(self.actor.store.slug, self.batch_id)

    @property
    def moves_money(self) -> bool:
        return any(change.amount is not None for change in self.changes)

    @property
    def rows(self) -> Iterator[tuple[Change, Invoice | None, Money | None]]:
        ids = (change.target_id for change in self.shown if change.target_id)
        invoices = Invoice.objects.visible_to(self.actor).by_api_id(ids)
        for change in self.shown:
            amount = None if change.amount is None else Money(change.amount, change.currency)
            yield change, invoices.get(change.target_id or 0), amount


@page(Permission.READ)
def invoice_batch(request: DeskRequest, batch: uuid.UUID) -> HttpResponse:
    """The outcome for each invoice of a bulk change, while it is under way and after."""
    changes = list(bulk_invoices.changes_in(request.actor, batch))
    if not changes:
        raise Http404(_("There is no such bulk change."))
    return render_batch(request, InvoiceBatch(request.actor, batch, changes))


def _ask(request: DeskRequest, form: BulkForm, invoices: list[Invoice]) -> HttpResponse | None:
    """The way on to the page of the batch; None, with the reasons in the form, for what was refused."""
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
    return SeeOther(invoice_batch_link(request.store.slug, batch))
