"""The questions that decide whose statements are made, and of what, as their address asks them."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.companies.statement_form import Shows
from arportal.desk.format.formats import formatter
from arportal.desk.format.number_formats import FIELD, known
from arportal.desk.forms.query_form import QueryForm
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.lists.filters import LimitField
from arportal.documents.exports.statements import Question
from arportal.receivables.metrics.debtors import currencies
from arportal.receivables.statements.statement import Period
from arportal.stores.models import Membership, NumberFormat


def _tick(label: Any) -> forms.BooleanField:
    return forms.BooleanField(
        label=label, required=False, widget=forms.CheckboxInput({"class": "form-check-input"})
    )


class StatementsForm(QueryForm):
    """`today` is the store's day. Also bound to what was sent, which says the same as the address."""

    shows = forms.ChoiceField(label=_lazy("Statements of"), choices=Shows.choices, widget=Select)
    first = forms.DateField(label=_lazy("From"), widget=Input("date"))
    last = forms.DateField(label=_lazy("Until"), widget=Input("date"))
    currency = forms.ChoiceField(label=_lazy("With a balance in"), required=False, widget=Select)
    minimum = LimitField(
        NumberFormat.DOT,
        label=_lazy("Of at least"),
        required=False,
        widget=Input("text", inputmode="decimal"),
    )
    overdue_only = _tick(_lazy("Only with something overdue"))
    consolidated = _tick(_lazy("Subsidiaries on their parent's statement"))

    def __init__(self, data: QueryDict, actor: Membership, today: dt.date) -> None:
        self.today = today
        defaults = {
            "shows": Shows.OPEN_ITEMS.value,
            "first": today.replace(day=1).isoformat(),
            "last": today.isoformat(),
        }
        super().__init__(data, defaults)
        choices = [("", _("Any currency"))] + [(code, code) for code in currencies(actor)]
        self.fields["currency"].choices = choices  # type: ignore[attr-defined]
        self.written_in = known(data.get(FIELD)) or NumberFormat.DOT
        self.fields["minimum"].written_in = self.written_in  # type: ignore[attr-defined]

    def clean_last(self) -> dt.date:
        last: dt.date = self.cleaned_data["last"]
        if last > self.today:
            raise forms.ValidationError(_("This day is still to come."))
        return last

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            self.add_error("first", _("The period begins after its end."))
        if cleaned.get("minimum") is not None and not cleaned.get("currency"):
            self.add_error(
                "currency", _("Say in which currency: amounts of different ones are not compared.")
            )
        return cleaned

    @property
    def question(self) -> Question:
        """The form must be valid."""
        given = self.cleaned_data
        minimum: Decimal | None = given["minimum"]
        return Question(
            Period(given["first"], given["last"], self.today),
            open_items=given["shows"] == Shows.OPEN_ITEMS,
            consolidated=given["consolidated"],
            currency=given["currency"],
            minimum=minimum,
            overdue_only=given["overdue_only"],
        )

    @property
    def words(self) -> str:
        """What was asked for, for the list of runs. The form must be valid."""
        given, write = self.cleaned_data, formatter()
        last = write.date(given["last"])
        days = last if given["shows"] == Shows.OPEN_ITEMS else f"{write.date(given['first'])} \u2013 {last}"
        parts = [str(Shows(given["shows"]).label), days]
        if given["currency"]:
            least = f" ≥ {write.number(given['minimum'])}" if given["minimum"] is not None else ""
            parts.append(f"{given['currency']}{least}")
        parts += [_("overdue only")] if given["overdue_only"] else []
        parts += [_("with subsidiaries")] if given["consolidated"] else []
        return " · ".join(parts)

    @property
    def hidden(self) -> dict[str, str]:
        """What a form has to send again to mean the same."""
        hidden = {name: str(value) for name, value in self.shown.items()}
        hidden[FIELD] = self.written_in.value
        return hidden
