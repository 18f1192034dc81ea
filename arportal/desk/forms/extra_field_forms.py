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
    """The fields that the merchant has added; `of` is invoices or orders."""
    return list(ExtraField.objects.filter(store=store, of=of, gone_at=None).order_by("name"))


def form_fields(configured: list[ExtraField]) -> Iterator[tuple[str, forms.Field]]:
    """Form field name → field. What the store requires is required here."""
    for extra_field in configured:
        raw, required = extra_field.raw, extra_field.is_required
        label = str(raw.get("labelName") or extra_field.name)
        field: forms.Field
        if extra_field.type == ExtraFieldType.DROPDOWN:
            # The API names the choices one way in lists and another way alone.
            values = raw.get("listOfValue") or raw.get("listOfValues")
            choices = [(str(value), str(value)) for value in values] if isinstance(values, list) else []
            field = forms.ChoiceField(label=label, required=required, choices=[NONE, *choices], widget=Select)
        elif extra_field.type == ExtraFieldType.NUMBER:
            most = _whole(raw.get("maximumValue"))
            widget = Input("text", inputmode="decimal")
            field = forms.DecimalField(label=label, required=required, max_value=most, widget=widget)
        else:
            longest = _whole(raw.get("maximumLength")) or LONGEST
            field = forms.CharField(label=label, required=required, max_length=longest, widget=Input())
        yield f"{PREFIX}{extra_field.name}", field


def initial_of(configured: list[ExtraField], values: Mapping[str, str]) -> dict[str, str]:
    """Form field name → the value there is, else the field's default."""
    defaults = {field.name: str(field.raw.get("defaultValue") or "") for field in configured}
    return {f"{PREFIX}{name}": values.get(name, default) for name, default in defaults.items()}


def given(cleaned: Mapping[str, object]) -> dict[str, str]:
    """Field name → text, of a valid form."""
    return {
        name.removeprefix(PREFIX): "" if value is None else str(value)
        for name, value in cleaned.items()
        if name.startswith(PREFIX)
    }


def _whole(value: object) -> int | None:
    """Limits come as numbers or as digits, or empty for none."""
    return int(str(value)) if str(value or "").isdecimal() else None
