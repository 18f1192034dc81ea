"""Money, dates and ages as people read them, in the active language and the store's time zone."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta
from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.b2b.currencies import minor_digits

MINUS = "\u2212"
NOTHING = mark_safe('<span class="muted">\u2013</span>')


@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale:
    return Locale.parse(language, sep="-")


def locale() -> Locale:
    return locale_of(get_language() or "en")


@lru_cache(maxsize=64)
def _swaps(locale: Locale) -> dict[int, str] | None:
    """How to turn "1,234.5" into this locale's writing; None where digits are not grouped by threes."""
    if locale.decimal_formats[None].grouping != (3, 3):
        return None
    return str.maketrans({",": get_group_symbol(locale), ".": get_decimal_symbol(locale), "-": MINUS})


def figure(money: Money) -> str:
    """The number alone, with the currency's decimals; more only where rounding would hide something."""
    digits = minor_digits(money.currency)
    exact = -int(money.amount.normalize().as_tuple().exponent) if money.amount else 0
    decimals = max(digits, exact)
    swaps = _swaps(locale())
    if swaps is not None:
        return f"{money.amount:,.{decimals}f}".translate(swaps)
    rounded = money.amount.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    pattern = f"#,##0.{'0' * decimals}".rstrip(".")
    return str(format_decimal(rounded, pattern, locale())).replace("-", MINUS)


def money_text(money: Money) -> str:
    """`1,234.50 USD`, for sentences."""
    return f"{figure(money)}\u00a0{money.currency}"


def money_html(money: Money) -> SafeString:
    """The figure with its currency code in small muted type after it."""
    return format_html(
        '<span class="money">{} <span class="code">{}</span></span>', figure(money), money.currency
    )


def number_text(number: Decimal | int) -> str:
    """A count or a quantity, without needless zeros."""
    return str(format_decimal(number, "#,##0.####", locale())).replace("-", MINUS)


@lru_cache(maxsize=8192)
def _date(day: dt.date, language: str) -> str:
    return format_date(day, "medium", locale=locale_of(language))


def date_text(day: dt.date) -> str:
    return _date(day, get_language() or "en")


def day_of(moment: dt.datetime) -> dt.date:
    """The store's date at an aware moment."""
    return timezone.localtime(moment).date()


def date_html(moment: dt.datetime | None) -> str:
    return NOTHING if moment is None else date_text(day_of(moment))


def time_text(moment: dt.datetime) -> str:
    """`14:05`, in the store's time zone."""
    return format_time(timezone.localtime(moment), "HH:mm", locale=locale())


def moment_text(moment: dt.datetime) -> str:
    return f"{date_text(day_of(moment))}, {time_text(moment)}"


def days_late_text(days: int) -> str:
    return ngettext("%(days)d day late", "%(days)d days late", days) % {"days": days}


def age_text(moment: dt.datetime, now: dt.datetime) -> str:
    """`3 minutes ago`; less than a minute is "just now"."""
    passed = now - moment
    if passed < dt.timedelta(minutes=1):
        return _("just now")
    return format_timedelta(-passed, add_direction=True, locale=locale())
