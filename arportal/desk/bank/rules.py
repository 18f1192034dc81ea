"""The store's rules for bank lines, with the form that changes them."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money, minor_digits
from arportal.desk.bank.door import bank_page
from arportal.desk.format.formats import formatter
from arportal.desk.forms.amount_fields import AmountField
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.ticks import Tick
from arportal.desk.forms.widgets import Input
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest
from arportal.desk.site.redirects import SeeOther
from arportal.receivables.bank.rules import rules_of, save_rules
from arportal.receivables.models import BankAccount, BankRules
from arportal.stores.access import Permission


class BankRulesForm(forms.Form):
    applies_ready = Tick(
        _lazy("Record lines that are ready by themselves"),
        help_text=_lazy(
            "In the name of whoever uploads the file. Limits of approval, closed months and likely duplicates hold."
        ),
    )

    def __init__(self, data: FormData, rules: BankRules, currencies: list[str]) -> None:
        self.currencies = sorted({*currencies, *rules.tolerances})
        initial: dict[str, Any] = {"applies_ready": rules.applies_ready}
        for currency, amount in rules.tolerances.items():
            initial[f"tolerance-{currency}"] = formatter().figure(Money(Decimal(amount), currency))
        super().__init__(data, initial=initial, use_required_attribute=False)
        for currency in self.currencies:
            label = _("A short payment: up to so much less, in %(currency)s") % {"currency": currency}
            self.fields[f"tolerance-{currency}"] = AmountField(
                currency, label=label, widget=Input("text", inputmode="decimal")
            )

    def tolerances(self) -> dict[str, str]:
        given = {each: self.cleaned_data[f"tolerance-{each}"] for each in self.currencies}
        return {
            currency: f"{amount:.{minor_digits(currency)}f}"
            for currency, amount in given.items()
            if amount is not None
        }

    def tolerance_fields(self) -> list[forms.BoundField]:
        return [self[f"tolerance-{currency}"] for currency in self.currencies]


@bank_page(Permission.CONFIGURE, methods=("GET", "HEAD", "POST"))
def bank_rules(request: DeskRequest) -> HttpResponse:
    used = BankAccount.objects.filter(store=request.store).values_list("currency", flat=True)
    currencies = [*used.distinct(), request.store.currency]
    form = BankRulesForm(request.POST or None, rules_of(request.store), currencies)
    if form.is_bound and form.is_valid():
        changed = save_rules(
            request.actor,
            applies_ready=form.cleaned_data["applies_ready"],
            tolerances=form.tolerances(),
        )
        messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
        return SeeOther(link("bank_rules", request.store.slug))
    return render(request, "bank/rules.html", {"form": form}, status=422 if form.errors else 200)
