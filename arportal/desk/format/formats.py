"""Money, dates and ages as people read them, in the active language and the store's time zone."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_date, format_skeleton, format_time, format_timedelta
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.desk.format.number_formats import in_use
from arportal.mirror import figures
from arportal.mirror.durations import in_plain_units
from arportal.mirror.figures import locale_of
from arportal.stores.models import DateFormat, NumberFormat

# How Babel is told to write a whole day, and one without its year; the first is as the language has it.
DAYS = {DateFormat.MONTH_FIRST: "medium", DateFormat.DAY_FIRST: "d MMM y", DateFormat.ISO: "y-MM-dd"}
DAYS_OF_MONTH = {DateFormat.DAY_FIRST: "d MMM", DateFormat.ISO: "MM-dd"}


@dataclass(frozen=True, slots=True)
class Formatter:
    """The ways in which one reader is told amounts, dates and ages; "" for what is not there.

    Lists ask for it once and not in every cell: the question costs more than the answer. Numbers are written as
    the language has them, unless a format is given.
    """

    language: str
    zone: dt.tzinfo
    numbers: NumberFormat | None = None
    dates: DateFormat = DateFormat.MONTH_FIRST

    def figure(self, money: Money) -> str:
        """The number alone, with the currency's decimals; more only where rounding would hide something."""
        return figures.figure(money, self.language, self.numbers)

    def amount(self, money: Money) -> str:
        """The figure with its currency code after it, for messages and other plain text."""
        return f"{self.figure(money)} {money.currency}"

    def number(self, number: Decimal | int) -> str:
        """A count or a quantity, without needless zeros."""
        return figures.number(number, self.language, self.numbers)

    def rate(self, rate: Decimal) -> str:
        """An exchange rate, with all its decimals."""
        return figures.number(rate, self.language, self.numbers, decimals=-int(rate.as_tuple().exponent))

    def local_date(self, moment: dt.datetime | None) -> dt.date | None:
        """The store's date at an aware moment, unwritten."""
        return None if moment is None else moment.astimezone(self.zone).date()

    def day(self, moment: dt.datetime | None) -> str:
        """The store's date at an aware moment."""
        return self.date(self.local_date(moment))

    def date(self, date: dt.date | None) -> str:
        return "" if date is None else _date(date, self.language, DAYS[self.dates])

    def month(self, date: dt.date) -> str:
        """`November 2026`."""
        return _skeleton(date, "yMMMM", self.language)

    def month_of_year(self, date: dt.date) -> str:
        """`Nov`."""
        return _skeleton(date, "MMM", self.language)

    def day_of_month(self, date: dt.date) -> str:
        """`Nov 29`."""
        if self.dates in DAYS_OF_MONTH:
            return _date(date, self.language, DAYS_OF_MONTH[self.dates])
        return _skeleton(date, "MMMd", self.language)

    def time(self, moment: dt.datetime) -> str:
        """`14:05`."""
        return format_time(moment.astimezone(self.zone), "HH:mm", locale=locale_of(self.language))

    def moment(self, moment: dt.datetime | None) -> str:
        return "" if moment is None else f"{self.day(moment)}, {self.time(moment)}"

    def days_late(self, days: int) -> str:
        return _days_late(days, self.language)

    def duration(self, length: dt.timedelta) -> str:
        """`45 seconds`, `4 minutes`."""
        return in_plain_units(length, locale_of(self.language))

    def age(self, moment: dt.datetime, now: dt.datetime) -> str:
        """`3 minutes ago`; less than a minute is "just now"."""
        passed = now - moment
        if passed < dt.timedelta(minutes=1):
            return _("just now")
        return format_timedelta(-passed, add_direction=True, locale=locale_of(self.language))


def formatter() -> Formatter:
    """The Formatter of this request: its language, its store's time zone, its person's formats."""
    formats = in_use()
    return Formatter(get_language() or "en", timezone.get_current_timezone(), formats.writing, formats.dates)


# A page says few dates and many times: remembered, each costs what a look into a dictionary does.
@lru_cache(maxsize=8192)
def _date(day: dt.date, language: str, pattern: str) -> str:
    return format_date(day, pattern, locale=locale_of(language))


@lru_cache(maxsize=1024)
def _skeleton(day: dt.date, skeleton: str, language: str) -> str:
    return str(format_skeleton(skeleton, day, locale=locale_of(language)))


@lru_cache(maxsize=8192)
def _days_late(days: int, language: str) -> str:
    return ngettext("%(days)d day late", "%(days)d days late", days) % {"days": days}
