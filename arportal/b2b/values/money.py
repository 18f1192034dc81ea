"""An amount with its currency: exact, and never added to another currency."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Self

from arportal.b2b.errors import InvalidResponse, shown
from arportal.b2b.values.currencies import minor_digits

# 15 digits before the point and 10 after it: sums of a thousand such amounts still fit Decimal's 28 digits.
MAX_WHOLE_DIGITS = 15
MAX_DECIMALS = 10
_AMOUNT = re.compile(r"-?\d{1,15}(?:\.\d{1,10})?", re.ASCII)


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met where only one currency makes sense."""


@dataclass(frozen=True, slots=True)
class Money:
    """`amount` as Decimal (any number of decimals, see `quantized`) in `currency`, an upper-case ISO 4217 code."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"an amount is a Decimal, not {type(self.amount).__name__}")
        if not self.amount.is_finite():
            raise ValueError("an amount is a finite number")

    @classmethod
    def parse(cls, raw: Any) -> Self:
        """Read `{code, value}` with the value as string or number; anything unreadable is InvalidResponse."""
        if not isinstance(raw, dict):
            raise InvalidResponse(f"{shown(raw)} is not an amount with a currency")
        currency = raw.get("code")
        if not isinstance(currency, str) or not currency.strip():
            raise InvalidResponse(f"{shown(currency)} is not a currency code")
        return cls(parse_amount(raw.get("value")), currency.strip().upper())

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(Decimal(0), currency)

    @staticmethod
    def total(amounts: Iterable[Money]) -> dict[str, Money]:
        """One sum per currency, in the order the currencies first appear."""
        sums: dict[str, Money] = {}
        for money in amounts:
            known = sums.get(money.currency)
            sums[money.currency] = money if known is None else known + money
        return sums

    def body_as_text(self) -> dict[str, str]:
        """`{code, value}` as the API documents it wherever value is a string."""
        return {"code": self.currency, "value": f"{self.amount:f}"}

    def body_as_number(self) -> dict[str, str | Decimal]:
        """`{code, value}` as the API documents it wherever value is a number."""
        return {"code": self.currency, "value": self.amount}

    def plain(self) -> str:
        """`120.50`: the currency's decimals; more only where rounding would hide something."""
        rounded = self.quantized().amount
        return f"{rounded:f}" if rounded == self.amount else plain(self.amount)

    def quantized(self) -> Self:
        """Rounded half up to the currency's own number of decimals."""
        step = Decimal(1).scaleb(-minor_digits(self.currency))
        return type(self)(self.amount.quantize(step, ROUND_HALF_UP), self.currency)

    def __add__(self, other: Money) -> Self:
        if not isinstance(other, Money):
            return NotImplemented
        return type(self)(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Self:
        if not isinstance(other, Money):
            return NotImplemented
        return type(self)(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Self:
        return type(self)(-self.amount, self.currency)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other)

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"

    def _same(self, other: Money) -> Decimal:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} cannot be put together")
        return other.amount


def plain(amount: Decimal) -> str:
    """`120.5` for 120.5000, as Changes keep amounts: equal amounts are equal texts."""
    # Of zero the sign would stay.
    return f"{amount.normalize():f}" if amount else "0"


def parse_amount(value: Any) -> Decimal:
    """A JSON number or numeric string as an exact Decimal; InvalidResponse for anything else, never zero."""
    if isinstance(value, str) and _AMOUNT.fullmatch(value):
        return Decimal(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**MAX_WHOLE_DIGITS:
        return Decimal(value)
    if (
        isinstance(value, Decimal)
        and value.is_finite()  # NaN and Infinity have a letter for their exponent
        and int(value.as_tuple().exponent) >= -MAX_DECIMALS
        and value.adjusted() < MAX_WHOLE_DIGITS
    ):
        return value
    raise InvalidResponse(f"{shown(value)} is not an amount")
