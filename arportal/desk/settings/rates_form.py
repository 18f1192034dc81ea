"""The form of exchange rates: a day, and the rate of every other currency that the store is owed in."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.format.formats import formatter
from arportal.desk.forms.amount_fields import FigureField
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.widgets import Input
from arportal.receivables.models import ExchangeRate

DECIMALS = 10
SMALLEST = Decimal(1).scaleb(-DECIMALS)


class RatesForm(Keepable, forms.Form):
    """`latest`: currency → its latest rate, to be seen beside the field. What is left empty stays as it is."""

    day = forms.DateField(label=_lazy("Rates of"), widget=Input("date"))

    def __init__(
        self, data: FormData, own: str, currencies: list[str], latest: dict[str, ExchangeRate], today: dt.date
    ) -> None:
        self.currencies, self.today = currencies, today
        super().__init__(data, initial={"day": today}, use_required_attribute=False)
        for currency in currencies:
            help_text = _("No rate yet")
            if known := latest.get(currency):
                words = {"rate": formatter().rate(known.rate), "day": formatter().date(known.day)}
                help_text = _("Latest: %(rate)s of %(day)s") % words
            self.fields[f"rate-{currency}"] = FigureField(
                decimals=DECIMALS,
                smallest=SMALLEST,
                required=False,
                label=_("1 %(currency)s in %(own)s") % {"currency": currency, "own": own},
                help_text=help_text,
                widget=Input("text", inputmode="decimal"),
            )

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(_("This day is still to come."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not self.rates():
            self.add_error(None, _("Enter at least one rate."))
        return cleaned

    def rates(self) -> dict[str, Decimal]:
        """Currency → the rate that was typed."""
        given = {currency: self.cleaned_data.get(f"rate-{currency}") for currency in self.currencies}
        return {currency: rate for currency, rate in given.items() if rate is not None}

    def fields_of_currencies(self) -> list[forms.BoundField]:
        return [self[f"rate-{currency}"] for currency in self.currencies]
