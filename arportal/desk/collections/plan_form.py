"""The form of a reminder plan: off or on, by themselves or not, and up to five levels."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money
from arportal.desk.format.formats import formatter
from arportal.desk.forms.amount_fields import AmountField
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.ticks import Tick
from arportal.desk.forms.widgets import Input, Select
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.collections.choosing import Level
from arportal.receivables.collections.plans import LATEST, MOST_LEVELS, levels_of
from arportal.receivables.models import ReminderPlan

PARTS = ("days", "minimum", "subject", "text")


class PlanForm(Keepable, forms.Form):
    """A level without days, subject and text is none."""

    is_on = Tick(
        _lazy("Send reminders"),
        help_text=_lazy("Off: nothing is sent, and what waits to be sent is dropped."),
    )
    hour = forms.TypedChoiceField(
        label=_lazy("When"),
        choices=[("", _lazy("Only when somebody sends them after a preview"))]
        + [(hour, _lazy("By themselves every day from %02d:00") % hour) for hour in range(24)],
        coerce=int,
        empty_value=None,
        required=False,
        widget=Select,
    )

    def __init__(self, data: FormData, currency: str, plan: ReminderPlan | None) -> None:
        initial: dict[str, Any] = {"is_on": bool(plan and plan.is_on), "hour": plan.hour if plan else None}
        for number, level in enumerate(levels_of(plan), start=1):
            initial |= {
                f"{number}-days": level.days,
                f"{number}-subject": level.subject,
                f"{number}-text": level.text,
            }
            if level.minimum:
                initial[f"{number}-minimum"] = formatter().figure(Money(level.minimum, currency))
        super().__init__(data, initial=initial, use_required_attribute=False)
        for number in range(1, MOST_LEVELS + 1):
            self.fields |= _fields(number, currency)

    def levels(self) -> Iterator[tuple[int, list[forms.BoundField], bool]]:
        """Each level's number and fields, and True for one that is filled in."""
        for number in range(1, MOST_LEVELS + 1):
            fields = [self[f"{number}-{part}"] for part in PARTS]
            yield number, fields, any(field.value() for field in fields)

    def wanted(self) -> list[Level]:
        """The levels that are filled in. The form must be valid."""
        return [
            Level(
                self.cleaned_data[f"{number}-days"] or 0,
                self.cleaned_data[f"{number}-minimum"] or Decimal(0),
                self.cleaned_data[f"{number}-subject"],
                self.cleaned_data[f"{number}-text"].replace("\r\n", "\n"),
            )
            for number in self._filled
        ]

    def refuse(self, broken: Invalid) -> None:
        """Puts each reason beside its field, which it names by the place of the level among those filled in."""
        for name, reasons in broken.fields.items():
            place, _dash, part = name.partition("-")
            number = self._filled[int(place) - 1] if self._filled else int(place)
            self.add_error(f"{number}-{part}", reasons)

    @property
    def _filled(self) -> list[int]:
        parts = ("days", "subject", "text")
        numbers = range(1, MOST_LEVELS + 1)
        return [number for number in numbers if any(self.data.get(f"{number}-{part}") for part in parts)]


def _fields(number: int, currency: str) -> dict[str, forms.Field]:
    area = forms.Textarea({"class": "form-control", "rows": 8})
    return {
        f"{number}-days": forms.IntegerField(
            label=_("Days late"),
            required=False,
            min_value=1,
            max_value=LATEST,
            widget=Input("number", min=1, max=LATEST, inputmode="numeric"),
        ),
        f"{number}-minimum": AmountField(
            currency,
            label=_("Only from, in %(currency)s") % {"currency": currency},
            help_text=_("What is to be paid together; empty: any amount"),
            widget=Input(inputmode="decimal"),
        ),
        f"{number}-subject": forms.CharField(
            label=_("Subject"), required=False, max_length=200, widget=Input()
        ),
        f"{number}-text": forms.CharField(label=_("Text"), required=False, max_length=5000, widget=area),
    }
