"""Fields that a merchant has added, as columns and filters of a list: optional columns, exact filters."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

import django_filters
from django.db.models import Q
from django.http import QueryDict
from django.utils.text import slugify
from django.utils.translation import gettext as _

from arportal.b2b import ExtraFieldType
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.lists.tables import Column, Viewer
from arportal.mirror.models import ExtraField

# Their names in the address and as columns begin with this.
MARK = "x-"


def fields_of(viewer: Viewer, of: str) -> list[tuple[str, ExtraField]]:
    """The fields with their names in addresses; `of` is invoices, orders, companies or users. One query."""
    fields = ExtraField.objects.filter(store_id=viewer.actor.store_id, of=of, gone_at=None).order_by("name")
    named: dict[str, ExtraField] = {}
    for field in fields:
        name = f"{MARK}{slugify(field.name, allow_unicode=True) or field.pk}"
        named[name if name not in named else f"{name}-{field.pk}"] = field
    return list(named.items())


def columns(viewer: Viewer, of: str) -> list[Column[Any]]:
    """The store's own columns, for List.own_columns."""
    return [
        Column(
            key,
            field.name,
            partial(_value, field.name),
            css="text p3",
            optional=True,
            reads=("extra_fields",),
        )
        for key, field in fields_of(viewer, of)
    ]


def filters(viewer: Viewer, of: str, data: QueryDict, *, is_open: bool) -> Mapping[str, Any]:
    """The store's own filters, for ListFilter.own_filters: asked for when the panel is open or one is in use."""
    if not is_open and not any(name.startswith(MARK) for name in data):
        return {}
    return {name: ExtraFieldFilter(field) for name, field in fields_of(viewer, of)}


class ExtraFieldFilter(django_filters.Filter):  # type: ignore[misc]
    """Rows whose field has exactly this value; a number is the same however it is written."""

    def __init__(self, field: ExtraField) -> None:
        self.extra_field = field
        options = field.raw.get("listOfValue") or field.raw.get("listOfValues") or []
        if field.type == ExtraFieldType.DROPDOWN and options:
            self.field_class = django_filters.ChoiceFilter.field_class
            choices = [(str(option), str(option)) for option in options]
            super().__init__(label=field.name, widget=Select, choices=choices, empty_label=_("Any"))
        else:
            super().__init__(label=field.name, widget=Input("text"))

    def filter(self, qs: Any, value: Any) -> Any:
        if value in django_filters.constants.EMPTY_VALUES:
            return qs
        anyway = Q()
        for spelling in _spellings(value, self.extra_field):
            wanted = [{"fieldName": self.extra_field.name, "fieldValue": spelling}]
            anyway |= Q(extra_fields__contains=wanted)
        return qs.filter(anyway)


def _spellings(value: str, field: ExtraField) -> Iterable[str | int | float]:
    """The value as typed, and as a JSON number where the field is one: stores send both."""
    yield value
    if field.type != ExtraFieldType.NUMBER:
        return
    try:
        number = Decimal(value)
    except InvalidOperation:
        return
    if number.is_finite() and abs(number) < 10**15:
        yield int(number) if number == int(number) else float(number)


def _value(name: str, row: Any, viewer: Viewer) -> str:
    values = (field.get("fieldValue") for field in row.extra_fields if field.get("fieldName") == name)
    value = next(values, None)
    return "" if value is None else str(value)
