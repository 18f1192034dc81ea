"""Money, dates and ages as people read them, in the active language and the store's time zone."""

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta
from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from arportal.b2b import Money, minor_digits
from arportal.desk.format.markup import markup
from arportal.desk.format.number_formats import in_use, swapped
from arportal.mirror.durations import in_plain_units
from arportal.stores.models import NumberFormat

MINUS = "\u2212"
NOTHING = mark_safe('<span class="muted">\u2013</span>')


@dataclass(frozen=True, slots=True)
class Formatter:
    """Writes for one reader. Lists ask for it once and not in every cell: the question costs more than the
    answer. Numbers are written as the language has them, unless a format is given."""

    language: str
    zone: dt.tzinfo
    numbers: NumberFormat | None = None

    @property
    def locale(self) -> Locale:
        return _locale(self.language)

    def figure(self, money: Money) -> str:
        """The number alone, with the currency's decimals; more only where rounding would hide something."""
        decimals = minor_digits(money.currency)
        if round(money.amount, decimals) != money.amount:
            decimals = max(decimals, -int(money.amount.normalize().as_tuple().exponent))
        swaps = _swaps(self.language, self.numbers)
        if swaps is not None:
            text = f"{money.amount:,.{decimals}f}"
            return text.translate(swaps) if swaps else text.replace("-", MINUS)
        rounded = money.amount.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        whole = self.locale.decimal_formats[None].pattern.partition(".")[0]
        pattern = f"{whole}.{'0' * decimals}".rstrip(".")
        return str(format_decimal(rounded, pattern, self.locale)).replace("-", MINUS)

    def money(self, money: Money) -> SafeString:
        """The figure with its currency code in small muted type after it."""
        # A figure has no character to escape, and the code is escaped once.
        return SafeString(f'<span class="money">{self.figure(money)} {_code(money.currency)}</span>')

    def local_date(self, moment: dt.datetime | None) -> dt.date | None:
        """The store's date at an aware moment, unwritten."""
        return None if moment is None else moment.astimezone(self.zone).date()

    def day(self, moment: dt.datetime | None) -> str:
        """The store's date at an aware moment."""
        return NOTHING if moment is None else _date(moment.astimezone(self.zone).date(), self.language)

    def date(self, date: dt.date | None) -> str:
        return NOTHING if date is None else _date(date, self.language)

    def time(self, moment: dt.datetime) -> str:
        """`14:05`."""
        return format_time(moment.astimezone(self.zone), "HH:mm", locale=self.locale)

    def moment(self, moment: dt.datetime | None) -> str:
        return NOTHING if moment is None else f"{self.day(moment)}, {self.time(moment)}"

    def number(self, number: Decimal | int) -> str:
        """A count or a quantity, without needless zeros."""
        if self.numbers is None:
            return str(format_decimal(number, "#,##0.####", self.locale)).replace("-", MINUS)
        text = str(format_decimal(number, "#,##0.####", "en"))
        return swapped(text, self.numbers).replace("-", MINUS)

    def days_late(self, days: int) -> str:
        return _days_late(days, self.language)

    def duration(self, length: dt.timedelta) -> str:
        """`45 seconds`, `4 minutes`."""
        return in_plain_units(length, self.locale)

    def age(self, moment: dt.datetime, now: dt.datetime) -> str:
        """`3 minutes ago`; less than a minute is "just now"."""
        passed = now - moment
        if passed < dt.timedelta(minutes=1):
            return _("just now")
        return format_timedelta(-passed, add_direction=True, locale=self.locale)


def formatter() -> Formatter:
    """For the active language and time zone, and the way in which the person of this request writes numbers."""
    return Formatter(get_language() or "en", timezone.get_current_timezone(), in_use().writing)


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")


@lru_cache(maxsize=64)
def _swaps(language: str, numbers: NumberFormat | None) -> dict[int, str] | None:
    """How to turn "1,234.5" into this writing; empty where it is written so but for the minus, None where digits
    are not grouped by threes."""
    if numbers is not None:
        return {} if numbers == NumberFormat.DOT else str.maketrans({",": ".", ".": ",", "-": MINUS})
    locale = _locale(language)
    if locale.decimal_formats[None].grouping != (3, 3):
        return None
    group, point = get_group_symbol(locale), get_decimal_symbol(locale)
    return {} if (group, point) == (",", ".") else str.maketrans({",": group, ".": point, "-": MINUS})


@lru_cache(maxsize=1024)
def _code(currency: str) -> SafeString:
    return markup('<span class="code">{}</span>', currency)


@lru_cache(maxsize=8192)
def _date(day: dt.date, language: str) -> str:
    return format_date(day, "medium", locale=_locale(language))


@lru_cache(maxsize=8192)
def _days_late(days: int, language: str) -> str:
    return ngettext("%(days)d day late", "%(days)d days late", days) % {"days": days}
