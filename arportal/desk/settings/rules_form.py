"""The form of a store's rules: a limit of approval for every currency its invoices are in."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money, minor_digits
from arportal.desk.format.formats import formatter
from arportal.desk.forms.amount_fields import AmountField
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.widgets import Input
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.mails.addresses import checked_address
from arportal.stores.models import Store
from arportal.stores.rules import Rules

# Of the 150 requests a minute, at least so many stay for the sync and for people.
MAX_RESERVE = 100


class RulesForm(Keepable, forms.Form):
    allow_overpayment = forms.BooleanField(
        label=_lazy("Payments may be larger than the open balance"),
        help_text=_lazy("The excess becomes a credit on the invoice. The form warns before it is recorded."),
        required=False,
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )
    needs_two = forms.BooleanField(
        label=_lazy("Large payments, refunds and deletions need a second person"),
        help_text=_lazy(
            "Nobody can approve what they asked for. A currency without a limit always needs two."
        ),
        required=False,
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )
    reserve = forms.IntegerField(
        label=_lazy("Requests a minute left to the store's other systems"),
        help_text=_lazy("Of the 150 that BigCommerce allows the whole store."),
        min_value=0,
        max_value=MAX_RESERVE,
        widget=Input("number", min=0, max=MAX_RESERVE, inputmode="numeric"),
    )

    reply_to = forms.CharField(
        label=_lazy("Answers to mails go to"),
        help_text=_lazy("An e-mail address that somebody reads. Empty: to the address mails are sent from."),
        required=False,
        widget=Input("email"),
    )

    def __init__(self, data: Any, store: Store, currencies: list[str]) -> None:
        self.currencies = sorted({*currencies, *store.approval_limits, store.currency})
        initial: dict[str, Any] = {
            "allow_overpayment": store.allow_overpayment,
            "needs_two": bool(store.approval_limits),
            "reserve": store.reserve,
            "reply_to": store.reply_to,
        }
        for currency, limit in store.approval_limits.items():
            initial[f"limit-{currency}"] = formatter().figure(Money(Decimal(limit), currency))
        super().__init__(data, initial=initial, use_required_attribute=False)
        for currency in self.currencies:
            label = _("Up to, in %(currency)s") % {"currency": currency}
            widget = Input("text", inputmode="decimal")
            self.fields[f"limit-{currency}"] = AmountField(currency, label=label, widget=widget)

    def limits(self) -> list[forms.BoundField]:
        return [self[f"limit-{currency}"] for currency in self.currencies]

    def clean_reply_to(self) -> str:
        address: str = self.cleaned_data["reply_to"]
        if not address:
            return ""
        try:
            return checked_address(address, "reply_to")
        except Invalid as refused:
            raise forms.ValidationError(refused.fields["reply_to"]) from refused

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        broken = any(f"limit-{currency}" in self.errors for currency in self.currencies)
        if cleaned.get("needs_two") and not broken and not self._limits():
            self.add_error("needs_two", _("Enter the limit of at least one currency."))
        return cleaned

    def rules(self) -> Rules:
        limits = self._limits() if self.cleaned_data["needs_two"] else {}
        return Rules(
            reserve=self.cleaned_data["reserve"],
            allow_overpayment=self.cleaned_data["allow_overpayment"],
            approval_limits=limits,
            reply_to=self.cleaned_data["reply_to"],
        )

    def _limits(self) -> dict[str, str]:
        given = {currency: self.cleaned_data.get(f"limit-{currency}") for currency in self.currencies}
        return {
            currency: f"{amount:.{minor_digits(currency)}f}"
            for currency, amount in given.items()
            if amount is not None
        }
