"""Keeping money on account: which company it is from, how much, and why it goes to no invoice."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money
from arportal.desk.companies.page import get_company_or_404
from arportal.desk.format.formats import formatter
from arportal.desk.forms.amount_fields import AmountField
from arportal.desk.forms.book_day import BookDay
from arportal.desk.forms.change_form import ChangeForm, ReasonField
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.mirror.models import Company, Invoice
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import PaymentRecord
from arportal.receivables.on_account.keeping import Received, receive
from arportal.stores.access import Permission


class ReceiveForm(ChangeForm):
    currency = forms.ChoiceField(label=_lazy("Currency"), widget=Select)
    received_on = BookDay(_lazy("Value date"))
    method = forms.TypedChoiceField(
        label=_lazy("Method"),
        choices=PaymentRecord.Method.choices,
        coerce=PaymentRecord.Method,
        initial=PaymentRecord.Method.TRANSFER,
        widget=Select,
    )
    reference = forms.CharField(label=_lazy("Reference"), max_length=100, required=False, widget=Input())
    payer_name = forms.CharField(label=_lazy("Payer"), max_length=200, required=False, widget=Input())
    reason = ReasonField()

    def __init__(self, data: FormData, request: DeskRequest, company: Company) -> None:
        of_company = Invoice.objects.visible_to(request.actor).filter(company_id=company.api_id)
        used = of_company.currencies()
        own = request.store.currency
        # The store's own first, for most is in that.
        currencies = sorted({*used, own}, key=lambda code: (code != own, code))
        today = request.store.today(timezone.now()).isoformat()
        super().__init__(data, initial={"received_on": today, "payer_name": company.name})
        self.company = company
        chosen = str(self.data.get("currency") or "")
        currency = chosen if chosen in currencies else currencies[0]
        field: Any = self.fields["currency"]
        field.choices = [(code, code) for code in currencies]
        self.fields["reason"].label = _("Why it goes to no invoice")
        self.fields["amount"] = AmountField(
            currency, required=True, label=_("Amount received"), widget=Input("text", inputmode="decimal")
        )
        self.order_fields(["currency", "amount"])

    def received(self) -> Received:
        return Received(
            company_id=self.company.api_id,
            money=Money(self.cleaned_data["amount"], self.cleaned_data["currency"]),
            received_on=self.cleaned_data["received_on"],
            reference=self.cleaned_data["reference"],
            payer_name=self.cleaned_data["payer_name"],
            reason=self.cleaned_data["reason"],
            method=self.cleaned_data["method"],
        )


@page(Permission.RECORD_PAYMENT, methods=("GET", "HEAD", "POST"), keeps=True)
def receive_on_account(request: DeskRequest, company_id: int) -> HttpResponse:
    company = get_company_or_404(request, company_id)
    form = ReceiveForm(request.POST or None, request, company)
    if form.is_valid():
        try:
            money = receive(request.actor, form.cleaned_data["change_id"], form.received())
        except Invalid as broken:
            form.refused(broken)
        else:
            words = _("%(amount)s is on account.") % {"amount": formatter().amount(money.money)}
            messages.success(request, words)
            return SeeOther(link("on_account_money", request.store.slug, money.pk))
    context = {"company": company, "form": form}
    return render(request, "on_account/receive.html", context, status=form.http_status)
