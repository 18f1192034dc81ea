"""The questions that decide whose statements are made, and of what, as their address asks them."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.companies.statement_form import PeriodForm, Shows
from arportal.desk.format.formats import formatter
from arportal.desk.format.number_formats import FIELD, known
from arportal.desk.forms.ticks import Tick
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.lists.filters import LimitField
from arportal.documents.exports.statements import Question
from arportal.receivables.metrics.debtors import currencies
from arportal.stores.models import Membership, NumberFormat


class StatementsForm(PeriodForm):
    """Also bound to what was sent, which says the same as the address."""

    shows = forms.ChoiceField(label=_lazy("Statements of"), choices=Shows.choices, widget=Select)
    currency = forms.ChoiceField(label=_lazy("With a balance in"), required=False, widget=Select)
    minimum = LimitField(
        NumberFormat.DOT,
        label=_lazy("Of at least"),
        required=False,
        widget=Input("text", inputmode="decimal"),
    )
    overdue_only = Tick(_lazy("Only with something overdue"))
    consolidated = Tick(_lazy("Subsidiaries on their parent's statement"))

    def __init__(self, data: QueryDict, actor: Membership, today: dt.date) -> None:
        super().__init__(data, today, Shows.OPEN_ITEMS)
        choices = [("", _("Any currency"))] + [(code, code) for code in currencies(actor)]
        self.fields["currency"].choices = choices  # type: ignore[attr-defined]
        self.written_in = known(data.get(FIELD)) or NumberFormat.DOT
        self.fields["minimum"].written_in = self.written_in  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
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
            self.period,
            open_items=self.open_items,
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
        days = last if self.open_items else f"{write.date(given['first'])} \u2013 {last}"
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
