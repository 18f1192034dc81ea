"""Dates and amounts of a table. Their format is chosen by a person, and proposed only where the file leaves no doubt:
`03/04/2026` is in March for one sender and in April for another."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import minor_digits
from arportal.receivables.tables.amounts import one_sign, parse_number, pattern, too_fine
from arportal.receivables.tables.table import Cell, Unreadable, text_of
from arportal.stores.models import NumberFormat

Format = TypeVar("Format", bound=str)
DATE_FORMATS = (
    "%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d",
    "%Y%m%d", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%y", "%d %b %Y", "%d-%b-%Y", "%b %d, %Y",
    "%d %B %Y", "%B %d, %Y",
)  # fmt: skip
# A time beside the day does no harm as long as it is of no other zone.
TIME = re.compile(r"(?:[T ]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?|T00:00(?::00)?(?:\.0+)?Z)\Z", re.ASCII)
DIGITS = {
    "%Y": r"\d{4}",
    "%m": r"\d{1,2}",
    "%d": r"\d{1,2}",
    "%y": r"\d{2}",
    "%b": "[A-Za-z]{3}",
    "%B": "[A-Za-z]+",
}
ERRORS = {
    "#FORMULA": _lazy(
        "a formula without its result: open the file in a spreadsheet program and save it again"
    ),
    "#DIGITS": _lazy("a number with more than 15 digits, of which a spreadsheet loses the last ones"),
}
ERROR = re.compile(
    r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA|FORMULA|DIGITS)\Z"
)


def check_cell(cell: Cell) -> None:
    """Raises Unreadable for a cell in which a spreadsheet shows an error."""
    if isinstance(cell, str) and ERROR.match(cell):
        words = ERRORS.get(cell) or _("the error %(error)s") % {"error": cell}
        raise Unreadable(_("The cell holds %(words)s.") % {"words": words})


def example(date_format: str) -> str:
    """A day written in this format, as people recognise it."""
    return dt.date(2026, 12, 31).strftime(date_format)


def read_date(cell: Cell, date_format: str) -> dt.date:
    """The day. Raises Unreadable; never another day than the format says."""
    check_cell(cell)
    day = _day(cell, date_format)
    if day is None:
        words = {"text": TIME.sub("", text_of(cell)), "example": example(date_format)}
        raise Unreadable(_("“%(text)s” is not a date such as %(example)s.") % words)
    return day


def read_amount(cell: Cell, number_format: NumberFormat, currency: str) -> Decimal:
    """An amount of the currency, maybe below zero: `-12.00`, `12.00-` or `(12.00)`. Raises Unreadable."""
    check_cell(cell)
    if isinstance(cell, Decimal):
        amount = cell
    else:
        text = _minus_before(text_of(cell))
        try:
            amount = parse_number(text, number_format, currency=currency, signed=True)
        except ValidationError as error:
            raise Unreadable(error.message) from error
    if -int(amount.normalize().as_tuple().exponent) > minor_digits(currency):
        raise Unreadable(too_fine(currency))
    return amount


def date_formats_of(cells: Iterable[Cell]) -> list[str]:
    """The formats in which all these cells are days; the only one can be proposed. What is no day in any format says
    nothing, for its line is refused in any case. Where a spreadsheet keeps days as such, any will do: the first."""
    texts = {cell for cell in cells if not isinstance(cell, dt.date)}
    formats = _formats_of_all([each for each in DATE_FORMATS if _day(cell, each)] for cell in texts)
    return list(DATE_FORMATS[:1]) if formats is None else formats


def number_formats_of(cells: Iterable[Cell]) -> list[NumberFormat]:
    """The formats in which all these cells are numbers, as for days; one of two that say the same is enough."""
    # Without a currency, which another column may name.
    texts = {
        re.sub(r"[^0-9.,' -]", "", _minus_before(cell)).strip() for cell in cells if isinstance(cell, str)
    }
    marked = [text for text in texts if re.search(r"[.,]", text)]
    formats = _formats_of_all(
        [each for each in NumberFormat if re.fullmatch(pattern(each, signed=True), text)] for text in marked
    )
    return [NumberFormat.DOT] if formats is None else formats


def only(formats: Sequence[str]) -> str:
    """The one that leaves no doubt; "" where several would do, or none."""
    return formats[0] if len(formats) == 1 else ""


def _formats_of_all(readings: Iterable[list[Format]]) -> list[Format] | None:
    """The formats that every cell can be read in, of those that can be read at all; None where there is none."""
    readable = [formats for formats in readings if formats]
    if not readable:
        return None
    return [each for each in readable[0] if all(each in formats for formats in readable)]


def _minus_before(text: str) -> str:
    text = one_sign(text)
    if text.startswith("(") and text.endswith(")"):
        return f"-{text[1:-1].strip()}"
    return f"-{text[:-1].strip()}" if text.endswith("-") and not text.startswith("-") else text.lstrip("+")


def _day(cell: Cell, date_format: str) -> dt.date | None:
    """The day, None if it is none in this format. Stricter than strptime, which takes `2026111` for a day."""
    if isinstance(cell, dt.date):
        return cell
    text = TIME.sub("", text_of(cell))
    parts = re.split(r"(%[A-Za-z])", date_format)
    shape = "".join(DIGITS.get(part) or re.escape(part) for part in parts)
    if not re.fullmatch(r"\d{8}" if date_format == "%Y%m%d" else shape, text, re.ASCII):
        return None
    try:
        return dt.datetime.strptime(text, date_format).date()
    except ValueError:
        return None
