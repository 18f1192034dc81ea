"""Amounts and counts as people write them: as a language has them, or in the number format a person has chosen."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol
from django.utils.translation import get_language

from arportal.b2b import Money, minor_digits
from arportal.stores.models import NumberFormat

MINUS = "\u2212"
# That of `InUse.writing` (desk/format/number_formats.py), for amounts in messages that are made below the desk, which
# cannot be imported here.
_writing: ContextVar[NumberFormat] = ContextVar("number format in use", default=NumberFormat.DOT)


@contextmanager
def written_in(number_format: NumberFormat) -> Iterator[None]:
    """Amounts in messages are written so meanwhile."""
    token = _writing.set(number_format)
    try:
        yield
    finally:
        _writing.reset(token)


def amount(money: Money) -> str:
    """`1,234.50 USD`, as the person whose request this is writes it; with dots where nobody asked."""
    return f"{figure(money, get_language() or 'en', _writing.get())} {money.currency}"


def count(value: int) -> str:
    """`1,234`, as the person whose request this is writes it."""
    return number(value, get_language() or "en", _writing.get())


def figure(money: Money, language: str, numbers: NumberFormat | None = None) -> str:
    """`1,234.50`: the currency's own decimals; more only where rounding would hide something."""
    decimals = minor_digits(money.currency)
    # Nothing has no sign: -0.00, as of a gift on a credit note, is 0.00.
    amount = money.amount or abs(money.amount)
    if round(amount, decimals) != amount:
        decimals = max(decimals, -int(amount.normalize().as_tuple().exponent))
    signs = _signs(language, numbers)
    if signs is not None:
        text = f"{amount:,.{decimals}f}"
        return text.translate(signs) if signs else text.replace("-", MINUS)
    locale = locale_of(language)
    whole = locale.decimal_formats[None].pattern.partition(".")[0]
    pattern = f"{whole}.{'0' * decimals}".rstrip(".")
    # Rounded here: Babel would round halves to even.
    rounded = amount.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return str(format_decimal(rounded, pattern, locale)).replace("-", MINUS)


def number(
    value: Decimal | int, language: str, numbers: NumberFormat | None = None, *, decimals: int = 4
) -> str:
    """`1,234.5`: a count or a quantity, rounded to so many decimals, without needless zeros."""
    signs = _signs(language, numbers)
    locale = locale_of(language) if signs is None else locale_of("en")
    text = str(format_decimal(value, f"#,##0.{'#' * decimals}", locale))
    return text.translate(signs) if signs else text.replace("-", MINUS)


@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale:
    return Locale.parse(language, sep="-")


@lru_cache(maxsize=64)
def _signs(language: str, numbers: NumberFormat | None) -> dict[int, str] | None:
    """The signs that turn "1,234.5" into this writing, for str.translate: empty where it is written so but for
    the minus, None where digits are not grouped by threes."""
    if numbers is not None:
        return {} if numbers == NumberFormat.DOT else str.maketrans({",": ".", ".": ",", "-": MINUS})
    locale = locale_of(language)
    if locale.decimal_formats[None].grouping != (3, 3):
        return None
    group, point = get_group_symbol(locale), get_decimal_symbol(locale)
    return {} if (group, point) == (",", ".") else str.maketrans({",": group, ".": point, "-": MINUS})
