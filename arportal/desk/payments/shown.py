"""The version of a payment that a form was made from, as its hidden field carries it there and back."""

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money
from arportal.mirror.models import Payment
from arportal.receivables.payments.versions import Version

UNREADABLE = _lazy("This form is out of date. Check the payment as it is now, then send it again.")


class ShownField(forms.CharField):
    """The hidden field; cleaned, it is a Version."""

    def __init__(self) -> None:
        super().__init__(max_length=120, error_messages={"required": UNREADABLE, "max_length": UNREADABLE})

    def clean(self, value: Any) -> Version:
        try:
            return read(super().clean(value))
        except ValueError as unreadable:
            raise forms.ValidationError(UNREADABLE) from unreadable


def written(payment: Payment) -> str:
    """The payment's version as text: `1/120.0000/USD/2026-11-23T14:05:00+00:00`."""
    version = Version.of(payment)
    moment = version.updated_at.isoformat() if version.updated_at else ""
    return f"{version.status}/{version.total.amount:f}/{version.total.currency}/{moment}"


def read(text: str) -> Version:
    """The version in a text that `written` wrote. Raises ValueError for anything else."""
    status, amount, currency, moment = text.split("/")
    try:
        total = Money(Decimal(amount), currency)
    except InvalidOperation as unreadable:
        raise ValueError(amount) from unreadable
    return Version(int(status), total, dt.datetime.fromisoformat(moment) if moment else None)
