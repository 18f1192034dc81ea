"""Form fields for amounts and other numbers that people type."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from arportal.b2b import minor_digits
from arportal.desk.format.formats import formatter
from arportal.desk.format.number_formats import in_use
from arportal.receivables.tables.amounts import other_format, parse_amount, parse_number, too_fine
from arportal.stores.models import NumberFormat

LARGEST = Decimal(10) ** 15


class NumberField(forms.CharField):
    """The base of the fields for numbers: they read the person's format, and offer to change it."""

    # True if it comes by GET, where nothing can be changed.
    is_in_address = False

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=40, **more)

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        number = self.read(text, self.reading)
        if in_use().is_new:
            figure = formatter().number(number)
            words = _("Read as %(figure)s from now on. Check all amounts here, then send the form again.")
            raise ValidationError(words % {"figure": figure})
        return number

    @property
    def reading(self) -> NumberFormat:
        return in_use().reading

    def read(self, text: str, number_format: NumberFormat) -> Decimal:
        raise NotImplementedError

    def other_reading(self, value: Any) -> NumberFormat | None:
        """The other format, for a value that can be read in that alone."""
        text, other = str(value or "").strip(), other_format(self.reading)
        return other if self._is_readable(text, other) and not self._is_readable(text, self.reading) else None

    def _is_readable(self, text: str, number_format: NumberFormat) -> bool:
        try:
            self.read(text, number_format)
        except ValidationError:
            return False
        return True


class AmountField(NumberField):
    """An amount above zero in `currency`, as Decimal; None when left empty, if it is not `required`."""

    def __init__(self, currency: str, *, required: bool = False, **more: Any) -> None:
        self.currency = currency
        missing = {"required": _("Enter an amount above zero.")}
        super().__init__(required=required, error_messages=missing, **more)

    def read(self, text: str, number_format: NumberFormat) -> Decimal:
        return parse_amount(text, self.currency, number_format)


class FigureField(NumberField):
    """A number of which AmountField would ask too much: quantities, prices, discounts, balances.

    A Decimal with at most so many decimals; None when left empty. `currency` is "" for what is no money; a form
    that learns it later sets it.
    """

    def __init__(
        self, *, decimals: int, smallest: Decimal | None = None, currency: str = "", **more: Any
    ) -> None:
        self.decimals, self.smallest, self.currency = decimals, smallest, currency
        super().__init__(**more)

    def read(self, text: str, number_format: NumberFormat) -> Decimal:
        figure = parse_number(text, number_format, currency=self.currency, signed=True)
        if figure != round(figure, self.decimals):
            raise ValidationError(_("At most %(count)d decimals.") % {"count": self.decimals})
        if self.smallest is not None and figure < self.smallest:
            smallest = formatter().number(self.smallest)
            raise ValidationError(_("Enter %(smallest)s or more.") % {"smallest": smallest})
        if abs(figure) >= LARGEST:
            raise ValidationError(_("This is too large."))
        return figure


class BalanceField(FigureField):
    """An amount of `currency` that may be below zero. What is there may stay, even with more decimals than its
    currency has."""

    def __init__(self, has: Decimal, currency: str, **more: Any) -> None:
        super().__init__(decimals=4, currency=currency, **more)
        self.has = has

    def read(self, text: str, number_format: NumberFormat) -> Decimal:
        figure = super().read(text, number_format)
        if figure != self.has and -int(figure.as_tuple().exponent) > minor_digits(self.currency):
            raise ValidationError(too_fine(self.currency))
        return figure
