"""The questions that an ageing report answers, as its address asks them."""

import datetime as dt
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.format.formats import formatter
from arportal.desk.forms.query_form import QueryForm
from arportal.desk.forms.ticks import Tick
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.lists import extra_fields, saved_views
from arportal.desk.lists.tables import Viewer
from arportal.mirror.models import ExtraField
from arportal.receivables.ageing.ageing import AsOf, end_of
from arportal.receivables.ageing.buckets import LATEST_EDGE, MOST_BUCKETS, STANDARD, Buckets
from arportal.receivables.ageing.conversion import Conversion, convert
from arportal.receivables.ageing.grouping import Grouping, by_company, by_field, by_parent
from arportal.receivables.ageing.report import Report
from arportal.receivables.ledger.build import built_ledger
from arportal.receivables.models import Basis

COMPANY, PARENT = "company", "parent"
QUICK_MONTHS = 3


class BucketsField(forms.CharField):
    """The last days of the buckets. Cleaned, it is the Buckets."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            buckets = Buckets.parse(text)
        except ValueError:
            buckets = None
        if buckets is None or not buckets.edges or buckets.edges[-1] > LATEST_EDGE:
            words = _(
                "Give the last day of each bucket, rising, such as 30, 60, 90; at most %(most)s, up to %(latest)s."
            )
            raise forms.ValidationError(words % {"most": MOST_BUCKETS, "latest": LATEST_EDGE})
        return buckets


class AgeingForm(QueryForm):
    """The questions; `today` is the store's day. An address that asks for today names no day, so that a saved one
    goes with the time."""

    on = forms.DateField(label=_lazy("As of"), widget=Input("date"))
    known = forms.DateField(
        label=_lazy("As known on"),
        required=False,
        widget=Input("date"),
        help_text=_lazy("Empty: as known now"),
    )
    basis = forms.ChoiceField(label=_lazy("Days late by"), choices=Basis.choices, widget=Select)
    by = forms.ChoiceField(label=_lazy("Rows"), widget=Select)
    buckets = BucketsField(label=_lazy("Buckets, last days"), max_length=80, widget=Input())
    convert = Tick()
    currency = forms.CharField(required=False, max_length=3, widget=Input("hidden"))

    def __init__(self, data: QueryDict, viewer: Viewer) -> None:
        self.viewer, self.actor, self.today = viewer, viewer.actor, viewer.today
        defaults = {
            "on": self.today.isoformat(),
            "basis": Basis.DUE.value,
            "by": COMPANY,
            "buckets": str(STANDARD),
        }
        super().__init__(data, defaults)
        self.fields["convert"].label = _("Also all in %(own)s") % {"own": self.actor.store.currency}
        self.extra_fields = dict(extra_fields.fields_of(viewer, "companies"))
        choices: list[tuple[str, Any]] = [(COMPANY, _("Companies")), (PARENT, _("Parents with subsidiaries"))]
        choices += [(key, field.name) for key, field in self.extra_fields.items()]
        self.fields["by"].choices = choices  # type: ignore[attr-defined]

    @cached_property
    def built_at(self) -> dt.datetime | None:
        """The moment from which on the store's ledger has all; None while it is being built: there are no figures."""
        ledger = built_ledger(self.actor.store)
        return None if ledger is None else ledger.built_at

    def clean_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["on"]
        if day > self.today:
            raise forms.ValidationError(_("This day is still to come: nobody knows what will be owed then."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        known, day = cleaned.get("known"), cleaned.get("on")
        if known is None:
            return cleaned
        if known > self.today:
            self.add_error("known", _("This day is still to come: nobody knows what will be known then."))
        elif day is not None and known < day:
            self.add_error("known", _("On this day nobody knew yet what would be owed on the later day."))
        elif self.built_at is not None and end_of(self.actor.store, known) <= self.built_at:
            words = _("The ledger began on %(day)s: what was known before, nobody can tell.")
            self.add_error("known", words % {"day": formatter().day(self.built_at)})
        return cleaned

    @cached_property
    def as_of(self) -> AsOf:
        """The moment and the buckets; the form must be valid."""
        cleaned = self.cleaned_data
        return AsOf(
            cleaned["on"], self.today, cleaned["known"], Basis(cleaned["basis"]), buckets=cleaned["buckets"]
        )

    @cached_property
    def report(self) -> Report:
        """The report asked for; the form must be valid."""
        return Report(self.actor, self.as_of, self.grouping)

    @cached_property
    def conversion(self) -> Conversion | None:
        """All of the report in the store's own currency, where that is asked for and another is owed, too."""
        if not self.cleaned_data["convert"] or self.cleaned_data["currency"]:
            return None
        totals, own = self.report.totals, self.actor.store.currency
        is_needed = any(total.currency != own for total in totals)
        return convert(self.actor, self.as_of, totals) if is_needed else None

    @cached_property
    def grouping(self) -> Grouping:
        by = self.cleaned_data["by"]
        if by == COMPANY:
            return by_company(self.actor)
        return by_parent(self.actor) if by == PARENT else by_field(self.actor, self.extra_fields[by].name)

    @property
    def heading(self) -> str:
        """The head of the report's first column."""
        field: ExtraField | None = self.extra_fields.get(self.cleaned_data["by"])
        return _("Company") if field is None else field.name

    @property
    def quick_days(self) -> list[tuple[str, str, bool]]:
        """Today and the ends of the latest months: words, the address's query, and True for the one shown."""
        days, day = [self.today], self.today
        for _month in range(QUICK_MONTHS):
            day = day.replace(day=1) - dt.timedelta(days=1)
            days.append(day)
        return [
            (
                _("Today") if day == self.today else formatter().date(day),
                self.query(on=day.isoformat()),
                day.isoformat() == self.shown["on"],
            )
            for day in days
        ]


def check(query: QueryDict, viewer: Viewer) -> tuple[str, list[str]]:
    """The query of the report and what is wrong with it, for saved views."""
    form = AgeingForm(query, viewer)
    problems = [f"{form[name].label}: {' '.join(map(str, errors))}" for name, errors in form.errors.items()]
    return form.query(), problems


saved_views.Report("ageing", _lazy("Ageing"), check)
