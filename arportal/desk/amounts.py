"""Amounts as people type them: read exactly, or refused with the reason; never guessed, never 0.00."""

import re
from decimal import Decimal
from typing import Any

from babel.numbers import get_decimal_symbol, get_group_symbol
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arportal.b2b import Money, minor_digits
from arportal.desk.formats import writer

MAX_WHOLE_DIGITS = 15


class AmountField(forms.CharField):
    """An amount above zero in `currency`, as Decimal; None when left empty."""

    def __init__(self, currency: str, **more: Any) -> None:
        self.currency = currency
        super().__init__(required=False, max_length=40, **more)

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        return parse_amount(text, self.currency) if text else None


def parse_amount(text: str, currency: str) -> Decimal:
    """`1,234.50` or `1234.5`, with the active language's signs. Raises ValidationError, in a sentence."""
    locale = writer().locale
    group, point = get_group_symbol(locale), get_decimal_symbol(locale)
    whole = rf"[0-9]{{1,3}}(?:{re.escape(group)}[0-9]{{3}})+|[0-9]+"
    match = re.fullmatch(rf"({whole})(?:{re.escape(point)}([0-9]+))?", text)
    if match is None:
        sample = writer().figure(Money(Decimal(1234), currency))
        words = _("“%(text)s” is not an amount: write it like %(sample)s.")
        raise ValidationError(words % {"text": text, "sample": sample})
    return _checked(match[1].replace(group, ""), match[2] or "", currency)


def _checked(whole: str, decimals: str, currency: str) -> Decimal:
    digits = minor_digits(currency)
    if len(decimals) > digits:
        raise ValidationError(_too_fine(currency, digits))
    if len(whole.lstrip("0")) > MAX_WHOLE_DIGITS:
        raise ValidationError(_("This amount is too large."))
    amount = Decimal(f"{whole}.{decimals or '0'}")
    if not amount:
        raise ValidationError(_("Enter an amount above zero, or leave it empty."))
    return amount


def _too_fine(currency: str, digits: int) -> str:
    if not digits:
        return _("%(currency)s has no decimals.") % {"currency": currency}
    return ngettext(
        "%(currency)s has %(digits)d decimal, no more.",
        "%(currency)s has %(digits)d decimals, no more.",
        digits,
    ) % {"currency": currency, "digits": digits}
