"""Boxes to tick."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _lazy


class Tick(forms.BooleanField):
    """A box that may be ticked."""

    def __init__(self, label: Any = None, *, required: bool = False, **more: Any) -> None:
        widget = forms.CheckboxInput({"class": "form-check-input"})
        super().__init__(label=label, required=required, widget=widget, **more)


class Confirmation(Tick):
    """A box that has to be ticked."""

    def __init__(self, label: Any) -> None:
        super().__init__(label, required=True, error_messages={"required": _lazy("Tick this to continue.")})
