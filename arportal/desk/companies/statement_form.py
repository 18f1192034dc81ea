"""The questions that a statement of account answers, as its address asks them."""

import datetime as dt
from functools import cached_property
from typing import Any

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms.query_form import QueryForm
from arportal.desk.forms.ticks import Tick
from arportal.desk.forms.widgets import Input, Select
from arportal.mirror.models import Company
from arportal.receivables.statements.statement import (
    MOST_LINES,
    Account,
    Period,
    TooLong,
    ids_with_subsidiaries,
    statement,
)
from arportal.stores.models import Membership


class Shows(models.TextChoices):
    MOVEMENTS = "movements", _lazy("Movements of the period")
    OPEN_ITEMS = "open", _lazy("Open invoices at its end")


class PeriodForm(QueryForm):
    """The days of a statement and what it tells of them; `today` is the store's day."""

    shows = forms.ChoiceField(label=_lazy("Statement of"), choices=Shows.choices, widget=Select)
    first = forms.DateField(label=_lazy("From"), widget=Input("date"))
    last = forms.DateField(label=_lazy("Until"), widget=Input("date"))

    def __init__(self, data: QueryDict, today: dt.date, shows: Shows) -> None:
        self.today = today
        defaults = {
            "shows": shows.value,
            "first": today.replace(day=1).isoformat(),
            "last": today.isoformat(),
        }
        super().__init__(data, defaults)

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
        return cleaned

    @cached_property
    def period(self) -> Period:
        """The form must be valid."""
        return Period(self.cleaned_data["first"], self.cleaned_data["last"], self.today)

    @property
    def open_items(self) -> bool:
        return bool(self.cleaned_data["shows"] == Shows.OPEN_ITEMS)


class StatementForm(PeriodForm):
    """The questions about one company."""

    subsidiaries = Tick(_lazy("With subsidiaries"))

    def __init__(self, data: QueryDict, actor: Membership, company: Company, today: dt.date) -> None:
        super().__init__(data, today, Shows.MOVEMENTS)
        self.actor, self.company = actor, company
        children = Company.objects.visible_to(actor).filter(parent_id=company.api_id)
        if not children.exists():
            del self.fields["subsidiaries"]

    @cached_property
    def company_ids(self) -> tuple[int, ...]:
        """The company, and all below it where that is asked for. The form must be valid."""
        if self.cleaned_data.get("subsidiaries"):
            return ids_with_subsidiaries(self.actor, self.company)
        return (self.company.api_id,)

    def accounts(self) -> list[Account] | None:
        """None where they are too long, which is then said beside the first day. The form must be valid."""
        try:
            return statement(self.actor, self.company_ids, self.period, movements=not self.open_items)
        except TooLong:
            words = _("These days have more than %(most)d lines: choose fewer, or take the ledger as a file.")
            self.add_error("first", words % {"most": MOST_LINES})
            return None

    @property
    def quick_periods(self) -> list[tuple[str, str, bool]]:
        """This month, the one before, and this year so far: words, the address's query, True for the one shown."""
        this = self.today.replace(day=1)
        last_day = this - dt.timedelta(days=1)
        periods = [
            (_("This month"), this, self.today),
            (_("Last month"), last_day.replace(day=1), last_day),
            (_("This year"), self.today.replace(month=1, day=1), self.today),
        ]
        return [
            (
                words,
                self.query(first=first.isoformat(), last=last.isoformat()),
                (first.isoformat(), last.isoformat()) == (self.shown["first"], self.shown["last"]),
            )
            for words, first, last in periods
        ]
