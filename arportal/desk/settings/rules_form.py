"""The form of a store's rules: a limit of approval for every currency its invoices are in."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money, minor_digits
from arportal.desk.format.formats import formatter
from arportal.desk.forms.amount_fields import AmountField
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.ticks import Tick
from arportal.desk.forms.widgets import Input
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.state_machine import LEAST, MOST
from arportal.receivables.invoices.numbers import check_range
from arportal.receivables.mails.addresses import checked_address
from arportal.stores.models import Role, Store
from arportal.stores.rules import Rules

# Of the 150 requests a minute, at least so many stay for the sync and for people.
MAX_RESERVE = 100
# What the names of the fields of limits begin with: of approval, and of write-offs by role.
LIMIT = "limit"
ROLES = (Role.CLERK.value, Role.CONTROLLER.value)


class RulesForm(Keepable, forms.Form):
    allow_overpayment = Tick(
        _lazy("Payments may be larger than the open balance"),
        help_text=_lazy("The excess becomes a credit on the invoice. The form warns before it is recorded."),
    )
    needs_two = Tick(
        _lazy("Large payments, refunds and deletions need a second person"),
        help_text=_lazy(
            "Nobody can approve what they asked for. A currency without a limit always needs two."
        ),
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

    second_factor_roles = forms.MultipleChoiceField(
        label=_lazy("Who needs a second factor to sign in"),
        help_text=_lazy("An authenticator app or a passkey. Until it is set up, they see nothing else."),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "form-check-input"}),
    )

    quarantine = forms.IntegerField(
        label=_lazy("Minutes until what got no answer is sent again"),
        help_text=_lazy(
            "Ten if empty. Longer for a store that is slow: what arrives still later would be done twice."
        ),
        required=False,
        min_value=LEAST,
        max_value=MOST,
        widget=Input("number", min=LEAST, max=MOST, inputmode="numeric"),
    )
    first_number = forms.CharField(
        label=_lazy("First number"), required=False, max_length=50, widget=Input(placeholder="INV-10001")
    )
    last_number = forms.CharField(
        label=_lazy("Last number"), required=False, max_length=50, widget=Input(placeholder="INV-19999")
    )

    def __init__(self, data: FormData, store: Store, currencies: list[str]) -> None:
        limited = {code for limits in store.write_off_limits.values() for code in limits}
        self.currencies = sorted({*currencies, *store.approval_limits, *limited, store.currency})
        initial: dict[str, Any] = {
            "allow_overpayment": store.allow_overpayment,
            "needs_two": bool(store.approval_limits),
            "reserve": store.reserve,
            "reply_to": store.reply_to,
            "second_factor_roles": store.second_factor_roles,
            "quarantine": store.quarantine,
            "first_number": store.first_number,
            "last_number": store.last_number,
        }
        kept = {LIMIT: store.approval_limits} | {name: store.write_off_limits.get(name, {}) for name in ROLES}
        for name, limits in kept.items():
            for currency, limit in limits.items():
                initial[f"{name}-{currency}"] = formatter().figure(Money(Decimal(limit), currency))
        super().__init__(data, initial=initial, use_required_attribute=False)
        for name in kept:
            for currency in self.currencies:
                label = _("Up to, in %(currency)s") % {"currency": currency}
                widget = Input("text", inputmode="decimal")
                self.fields[f"{name}-{currency}"] = AmountField(currency, label=label, widget=widget)

    def limits(self) -> list[forms.BoundField]:
        return self._fields_of(LIMIT)

    def clerks(self) -> list[forms.BoundField]:
        return self._fields_of(Role.CLERK)

    def controllers(self) -> list[forms.BoundField]:
        return self._fields_of(Role.CONTROLLER)

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
        broken = any(f"{LIMIT}-{currency}" in self.errors for currency in self.currencies)
        if cleaned.get("needs_two") and not broken and not self._limits(LIMIT):
            self.add_error("needs_two", _("Enter the limit of at least one currency."))
        try:
            check_range(cleaned.get("first_number", ""), cleaned.get("last_number", ""))
        except Invalid as refused:
            for name, words in refused.fields.items():
                self.add_error(name, words)
        return cleaned

    def rules(self) -> Rules:
        return Rules(
            reserve=self.cleaned_data["reserve"],
            allow_overpayment=self.cleaned_data["allow_overpayment"],
            approval_limits=self._limits(LIMIT) if self.cleaned_data["needs_two"] else {},
            reply_to=self.cleaned_data["reply_to"],
            write_off_limits={name: limits for name in ROLES if (limits := self._limits(name))},
            second_factor_roles=self.cleaned_data["second_factor_roles"],
            quarantine=self.cleaned_data["quarantine"],
            first_number=self.cleaned_data["first_number"],
            last_number=self.cleaned_data["last_number"],
        )

    def _fields_of(self, name: str) -> list[forms.BoundField]:
        return [self[f"{name}-{currency}"] for currency in self.currencies]

    def _limits(self, name: str) -> dict[str, str]:
        given = {currency: self.cleaned_data.get(f"{name}-{currency}") for currency in self.currencies}
        return {
            currency: f"{amount:.{minor_digits(currency)}f}"
            for currency, amount in given.items()
            if amount is not None
        }
