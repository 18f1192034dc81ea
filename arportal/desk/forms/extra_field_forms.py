"""Form fields for the fields a merchant has added to invoices or orders."""

from collections.abc import Iterator, Mapping

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import ExtraFieldType
from arportal.desk.forms.widgets import Input, Select
from arportal.mirror.models import ExtraField
from arportal.stores.models import Store

PREFIX = "extra-"
LONGEST = 500
NONE = ("", _lazy("none"))


def extra_fields_of(store: Store, of: str) -> list[ExtraField]:
    """`of`: invoices or orders."""
    return list(ExtraField.objects.filter(store=store, of=of, gone_at=None).order_by("name"))


def form_fields(configured: list[ExtraField]) -> Iterator[tuple[str, forms.Field]]:
    """Form field name → field. What the store requires is required here."""
    for each in configured:
        yield f"{PREFIX}{each.name}", _field(each)


def initial_of(configured: list[ExtraField], values: Mapping[str, str]) -> dict[str, str]:
    defaults = {each.name: str(each.raw.get("defaultValue") or "") for each in configured}
    return {f"{PREFIX}{name}": values.get(name, default) for name, default in defaults.items()}


def given(cleaned: Mapping[str, object]) -> dict[str, str]:
    """Field name → text, of a valid form."""
    return {
        name.removeprefix(PREFIX): "" if value is None else str(value)
        for name, value in cleaned.items()
        if name.startswith(PREFIX)
    }


def _field(each: ExtraField) -> forms.Field:
    label, required = str(each.raw.get("labelName") or each.name), each.is_required
    if each.type == ExtraFieldType.DROPDOWN:
        choices = [NONE, *((str(choice), str(choice)) for choice in _choices(each))]
        return forms.ChoiceField(label=label, required=required, choices=choices, widget=Select)
    if each.type == ExtraFieldType.NUMBER:
        most = _whole(each.raw.get("maximumValue"))
        widget = Input("text", inputmode="decimal")
        return forms.DecimalField(label=label, required=required, max_value=most, widget=widget)
    longest = _whole(each.raw.get("maximumLength")) or LONGEST
    return forms.CharField(label=label, required=required, max_length=longest, widget=Input())


def _choices(each: ExtraField) -> list[object]:
    found = each.raw.get("listOfValue") or each.raw.get("listOfValues")
    return found if isinstance(found, list) else []


def _whole(value: object) -> int | None:
    """Limits come as numbers or as digits, or empty for none."""
    return int(str(value)) if str(value or "").isdecimal() else None
