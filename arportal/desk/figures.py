"""Numbers as people type them where an amount above zero would be too narrow: quantities, prices, discounts."""

from decimal import Decimal
from typing import Any

from babel.numbers import NumberFormatError, parse_decimal
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from arportal.desk.formats import MINUS, writer

LARGEST = Decimal(10) ** 15


class FigureField(forms.CharField):
    """A Decimal with at most so many decimals, in the active language's writing; None when left empty."""

    def __init__(self, *, decimals: int, smallest: Decimal | None = None, **more: Any) -> None:
        self.decimals, self.smallest = decimals, smallest
        super().__init__(max_length=40, **more)

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        return self._checked(_read(text)) if text else None

    def _checked(self, figure: Decimal) -> Decimal:
        if figure != round(figure, self.decimals):
            raise ValidationError(_("At most %(count)d decimals.") % {"count": self.decimals})
        if self.smallest is not None and figure < self.smallest:
            smallest = writer().number(self.smallest)
            raise ValidationError(_("Enter %(smallest)s or more.") % {"smallest": smallest})
        if abs(figure) >= LARGEST:
            raise ValidationError(_("This is too large."))
        return figure


def _read(text: str) -> Decimal:
    locale = writer().locale
    try:
        return parse_decimal(text.replace(MINUS, "-").strip(), locale, strict=True)
    except NumberFormatError as unreadable:
        sample = writer().number(Decimal("1234.5"))
        words = _("“%(text)s” is not a number: write it like %(sample)s.")
        raise ValidationError(words % {"text": text, "sample": sample}) from unreadable
