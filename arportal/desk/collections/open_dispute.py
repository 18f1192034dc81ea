"""Opening a dispute about an invoice: the form, then what it means, then the dispute."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money
from arportal.desk.collections.words import TextField
from arportal.desk.format.formats import formatter
from arportal.desk.forms.amount_fields import AmountField
from arportal.desk.forms.change_form import ChangeForm
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.hidden import hidden_fields
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.invoices.page import get_invoice_or_404
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.mirror.models import Invoice
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.collections.disputes import check_dispute, open_dispute
from arportal.receivables.models import Dispute
from arportal.stores.access import Permission

ASK, SAVE = "ask", "save"


class DisputeForm(ChangeForm):
    reason = forms.ChoiceField(label=_lazy("Reason"), widget=Select)
    text = TextField(_lazy("What the company says"))

    def __init__(self, data: FormData, invoice: Invoice) -> None:
        self.invoice = invoice
        super().__init__(data, initial={"amount": formatter().figure(invoice.balance_money)})
        self.fields["amount"] = AmountField(
            invoice.currency,
            required=True,
            label=_lazy("Amount in dispute"),
            widget=Input(inputmode="decimal"),
        )
        reason: Any = self.fields["reason"]
        reason.choices = [("", _("Choose")), *Dispute.Reason.choices]

    @property
    def money(self) -> Money:
        """The form must be valid."""
        return Money(self.cleaned_data["amount"], self.invoice.currency)


@page(Permission.COLLECT, methods=("GET", "HEAD", "POST"), keeps=True)
def dispute_open(request: DeskRequest, invoice_id: int) -> HttpResponse:
    invoice = get_invoice_or_404(request, invoice_id)
    form = DisputeForm(request.POST or None, invoice)
    if request.method == "POST" and request.POST.get("step") not in (ASK, SAVE):
        form.errors.clear()
    elif form.is_valid():
        try:
            return _asked(request, form)
        except Invalid as broken:
            form.refused(broken)
    context = {"invoice": invoice, "form": form}
    return render(request, "collections/dispute.html", context, status=form.http_status)


def _asked(request: DeskRequest, form: DisputeForm) -> HttpResponse:
    """The page that says what the dispute means, or the dispute. Raises Invalid."""
    invoice, amount = form.invoice, form.money
    reason = Dispute.Reason(form.cleaned_data["reason"])
    if request.POST["step"] == SAVE:
        open_dispute(
            request.actor,
            form.cleaned_data["change_id"],
            invoice.api_id,
            amount,
            reason=reason,
            text=form.cleaned_data["text"],
            now=timezone.now(),
        )
        messages.success(request, _("Invoice %(number)s is in dispute.") % {"number": invoice.number})
        return SeeOther(link("invoice", request.store.slug, invoice.api_id))
    check_dispute(request.actor, invoice, amount)
    context = {
        "invoice": invoice,
        "form": form,
        "hidden_fields": hidden_fields(request.POST),
        "reason": reason.label,
        "left": invoice.balance_money - amount,
    }
    return render(request, "collections/dispute_preview.html", context)
