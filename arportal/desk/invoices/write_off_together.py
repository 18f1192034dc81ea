"""Writing off the small balances of many invoices: chosen in the list, shown as they would be, then done."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money
from arportal.desk.forms.amount_fields import AmountField
from arportal.desk.forms.change_form import ReasonField
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.invoices.list import INVOICES
from arportal.desk.lists import selection
from arportal.desk.site.links import invoice_batch_link, link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.mirror.models import Invoice
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.invoices.write_off_together import MOST, outlooks, write_off_together
from arportal.stores.access import Permission

SHOWN = 200


class SmallBalancesForm(Keepable, forms.Form):
    """The most that may be open, in one of the currencies of the chosen invoices."""

    batch = forms.UUIDField(widget=Input("hidden"), initial=uuid.uuid4)
    currency = forms.ChoiceField(label=_lazy("Currency"), widget=Select)
    reason = ReasonField()

    def __init__(self, data: FormData, currencies: list[str]) -> None:
        super().__init__(data, use_required_attribute=False)
        chosen = str(self.data.get("currency") or "")
        currency = chosen if chosen in currencies else currencies[0]
        field: Any = self.fields["currency"]
        field.choices = [(code, code) for code in currencies]
        self.fields["at_most"] = AmountField(
            currency,
            required=True,
            label=_("Write off where no more is open than"),
            widget=Input("text", inputmode="decimal"),
        )
        self.order_fields(["currency", "at_most", "reason"])

    @property
    def at_most(self) -> Money:
        return Money(self.cleaned_data["at_most"], self.cleaned_data["currency"])


@page(Permission.WRITE_OFF, methods=("POST",), keeps=True)
def write_off_many(request: DeskRequest) -> HttpResponse:
    """Asks up to how much, then shows what would become of each selected invoice, then does it."""
    try:
        invoices = list(selection.chosen(INVOICES, request).order_by("api_id")[: MOST + 1])
    except selection.NotChosen as nothing:
        messages.error(request, str(nothing))
        return SeeOther(link("invoices", request.store.slug))
    first = "step" not in request.POST
    currencies = sorted({invoice.currency for invoice in invoices}) or [request.store.currency]
    form = SmallBalancesForm(None if first else request.POST, currencies)
    context: dict[str, Any] = {"list": INVOICES, "form": form, "picked": invoices, "most": MOST}
    if first or not form.is_valid():
        return render(request, "invoices/write_off_many.html", context, status=200 if first else 422)
    if request.POST["step"] == "do" and (response := _ask(request, form, invoices)):
        return response
    rows = outlooks(request.actor, invoices[:MOST], form.at_most)
    ready = [row.invoice for row in rows if not row.refusal]
    context["outlooks"] = sorted(rows, key=lambda row: bool(row.refusal))[:SHOWN]
    context["ready"] = len(ready)
    context["sum"] = sum((invoice.open_money for invoice in ready), Money.zero(form.at_most.currency))
    context["total"] = len(rows)
    return render(
        request, "invoices/write_off_many_preview.html", context, status=422 if form.errors else 200
    )


def _ask(request: DeskRequest, form: SmallBalancesForm, invoices: list[Invoice]) -> HttpResponse | None:
    batch = form.cleaned_data["batch"]
    ids = [invoice.api_id for invoice in invoices]
    try:
        write_off_together(request.actor, batch, ids, form.at_most, form.cleaned_data["reason"])
    except Invalid as refused:
        form.add_error(None, [str(refused)])
        form.data = dict(form.data.items()) | {"batch": str(uuid.uuid4())}
        return None
    return SeeOther(invoice_batch_link(request.store.slug, batch))
