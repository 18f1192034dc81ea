"""Filters of lists: forms over the address bar, whose every active part can be taken off by itself."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

import django_filters
from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.format.formats import formatter
from arportal.desk.format.number_formats import FIELD, in_use, known
from arportal.desk.forms.amount_fields import NumberField
from arportal.desk.forms.widgets import Input
from arportal.desk.lists.tables import Viewer
from arportal.mirror.figures import MINUS
from arportal.receivables.tables.amounts import parse_number
from arportal.stores.models import NumberFormat

# In the address: which of a list's panels is open.
PANEL = "panel"
FILTERS = "filters"
# A day later there would be no day any more.
LAST_DAY = dt.date(9999, 12, 30)


@dataclass(frozen=True, slots=True)
class Chip:
    """One active filter in words, with the address of the same list without it."""

    label: str
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """Filters that stand together in the panel."""

    label: str | Promise
    names: tuple[str, ...]


class ListFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """A FilterSet that knows who looks (`self.viewer`). Only declared names are read from the address.

    Filters named in `panel` are shown in a panel that opens below the bar. While it is closed, those of them
    that are not in use are not even made: twenty forms' fields would cost as much as the rows.
    """

    panel: ClassVar[tuple[Group, ...]] = ()
    # Filters the page shows in another way, such as tabs: no chip.
    without_chip: ClassVar[tuple[str, ...]] = ()
    base_filters: dict[str, Any]

    def __init__(self, data: QueryDict, queryset: Any, *, viewer: Viewer) -> None:
        self.viewer = viewer
        # A condition for which there is an index of its own: keyset.py decides how to look for it.
        self.search: Any = None
        self.is_open = data.get(PANEL) == FILTERS
        self.own_group = self.own_filters(data)
        closed = set() if self.is_open else {name for name in self._panel_names if not data.get(name)}
        named = {**self.base_filters, **self.own_group}
        self.base_filters = {name: filter_ for name, filter_ in named.items() if name not in closed}
        super().__init__(data, queryset)

    def own_filters(self, data: QueryDict) -> Mapping[str, Any]:
        """Filters that only this store has, shown last in the panel: see desk/lists/extra_fields.py."""
        return {}

    def query(self, **changes: str | None) -> QueryDict:
        """The filter's part of the address with some names changed, or taken out (None)."""
        query = QueryDict(mutable=True)
        for name in self.filters:
            if name in self.data and name not in changes:
                query.setlist(name, [value for value in self.data.getlist(name) if value])
        has_amounts = any(isinstance(self.filters[name], AmountFilter) for name in query)
        if has_amounts and self.written_in != NumberFormat.DOT:
            # The address may be opened by somebody who writes amounts the other way.
            query[FIELD] = self.written_in
        query.update({name: value for name, value in changes.items() if value})
        return query

    def chips(self, address: Callable[[str], str]) -> Iterator[Chip]:
        """The active filters; `address(name)` is the query of the list without the filter of that name."""
        for name, field in self.form.fields.items():
            raw = self.data.get(name)
            if raw and name not in self.without_chip:
                yield Chip(str(field.label), self.words(name, raw), f"?{address(name)}")

    def words(self, name: str, raw: str) -> str:
        """The filter's value in words, for its chip; as it was typed where it cannot be read."""
        field = self.form.fields[name]
        if isinstance(field, forms.DateField):
            day = self.form.cleaned_data.get(name)
            return formatter().date(day) if day else raw
        if isinstance(field, LimitField):
            return str(field.bound_data(raw, None))
        if isinstance(field.widget, forms.CheckboxInput):
            return _("yes")
        choices = {str(value): words for value, words in getattr(field, "choices", ())}
        return str(choices.get(raw, raw))

    def problems(self) -> list[str]:
        """The values of the address that cannot be understood, in words."""
        return [
            f"{self.form.fields[name].label}: {' '.join(errors)}" for name, errors in self.form.errors.items()
        ]

    @property
    def written_in(self) -> NumberFormat:
        """The format of the amounts in the address; one that says nothing has dots."""
        return known(self.data.get(FIELD)) or NumberFormat.DOT

    @property
    def bar(self) -> list[Any]:
        """The fields that stand above the list."""
        return [field for field in self.form.visible_fields() if field.name not in self._panel_names]

    @property
    def hidden_fields(self) -> list[tuple[str, str]]:
        """The panel's filters that are in use, as name and value."""
        return [(name, self.data[name]) for name in self._panel_names if self.data.get(name)]

    @property
    def groups(self) -> Iterator[tuple[Any, list[Any]]]:
        """The open panel's fields."""
        for group in self.panel:
            yield group.label, [self.form[name] for name in group.names]
        if self.own_group:
            yield _("Extra fields"), [self.form[name] for name in self.own_group]

    @property
    def _panel_names(self) -> Sequence[str]:
        return [*(name for group in self.panel for name in group.names), *self.own_group]


class DateFilter(django_filters.DateFilter):  # type: ignore[misc]
    """Days of a date field. `lookup_expr` is gte or lte."""

    def __init__(self, field_name: str, lookup_expr: str, **more: Any) -> None:
        super().__init__(field_name, lookup_expr, widget=Input("date"), **more)


class DayFilter(django_filters.DateFilter):  # type: ignore[misc]
    """Moments from a day of the store on, or with `until` those up to its end."""

    def __init__(self, field_name: str, *, until: bool = False, **more: Any) -> None:
        super().__init__(field_name, widget=Input("date"), **more)
        self.until = until

    def filter(self, qs: Any, value: dt.date | None) -> Any:
        if value is None:
            return qs
        day = min(value, LAST_DAY) + dt.timedelta(days=int(self.until))
        midnight = dt.datetime.combine(day, dt.time(), tzinfo=self.parent.viewer.actor.store.zone)
        lookup = "lt" if self.until else "gte"
        return qs.filter((f"{self.field_name}__{lookup}", midnight))


class LimitField(NumberField):
    """An amount of any currency, so of any number of decimals. It is read as the address says and shown as the
    person writes: an address may come from somebody else."""

    is_in_address = True

    def __init__(self, written_in: NumberFormat, **more: Any) -> None:
        self.written_in = written_in
        super().__init__(**more)

    @property
    def reading(self) -> NumberFormat:
        return self.written_in

    def read(self, text: str, number_format: NumberFormat) -> Decimal:
        return parse_number(text, number_format, signed=True)

    def bound_data(self, data: Any, initial: Any) -> Any:
        return data if self.written_in == in_use().writing else self.in_own_words(data)

    def in_own_words(self, raw: Any) -> Any:
        """The amount as the person writes it; as it came where it cannot be read."""
        try:
            number = self.clean(raw)
        except forms.ValidationError:
            return raw
        return raw if number is None else formatter().number(number).replace(MINUS, "-")


class AmountFilter(django_filters.NumberFilter):  # type: ignore[misc]
    """Amounts of a field, in whatever currency. `lookup_expr` is gte or lte."""

    field_class = LimitField

    def __init__(self, field_name: str, lookup_expr: str, **more: Any) -> None:
        super().__init__(field_name, lookup_expr, widget=Input("text", inputmode="decimal"), **more)

    @property
    def field(self) -> Any:
        self.extra["written_in"] = self.parent.written_in
        return super().field

    def get_max_validator(self) -> None:
        """The field has its own limit."""


class CurrencyFilter(django_filters.CharFilter):  # type: ignore[misc]
    """Rows in one currency, by its code in whatever case."""

    def __init__(self) -> None:
        widget = Input("text", maxlength=3, placeholder=_lazy("Such as USD"))
        super().__init__("currency", label=_lazy("Currency"), widget=widget)

    def filter(self, qs: Any, value: str) -> Any:
        return super().filter(qs, value.upper())


class TickFilter(django_filters.Filter):  # type: ignore[misc]
    """A checkbox that changes what other filters mean; by itself it filters nothing."""

    field_class = forms.BooleanField

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=forms.CheckboxInput({"class": "form-check-input"}), **more)

    def filter(self, qs: Any, value: bool) -> Any:
        return qs
