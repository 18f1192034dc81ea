"""A table out of a file: how it was read, its header, and its lines with their numbers in the file.

Files come from strangers: what is too large, damaged or not a table at all is refused in words (`Unreadable`).
How a file is written is found out as far as that can be known, and always told, so that a person can say otherwise.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

# A text as it stands there; of XLSX also a number or a day, which a spreadsheet keeps as such.
Cell = str | Decimal | dt.date

MAX_BYTES = 20 * 1024 * 1024
MAX_LINES = 100_000
MAX_COLUMNS = 200
MAX_CELL = 10_000
# A cell as JSON, other than a text, is one of these and how it is written.
KINDS: dict[str, Callable[[str], Cell]] = {"n": Decimal, "d": dt.date.fromisoformat}
# So many lines are looked at to find the header; banks put a few of their own above it.
TOP = 30


class Unreadable(Exception):
    """A file, a line or a cell cannot be read; the message says why, to the person who brought it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The way a file is read; "" and None are to be found out.

    `separator` and `encoding` are of text, `sheet` of XLSX; `header`: the line of the columns' names, 0 for none.
    """

    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    header: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table; `number` is that of the file, as an editor or a spreadsheet shows it."""

    number: int
    cells: tuple[Cell, ...]

    def cell(self, column: int) -> Cell:
        """The cell of a column, counted from 0; "" where the line is shorter."""
        return self.cells[column] if column < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Raw:
    """The lines of a file before it is known which one is the header. `is_sure`: the encoding is no guess."""

    reading: Reading
    lines: Sequence[Line]
    is_sure: bool = True
    sheets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` are the names of the header, each only once; without a header "Column 1" and so on."""

    reading: Reading
    columns: tuple[str, ...]
    lines: Sequence[Line]
    is_sure: bool = True
    sheets: tuple[str, ...] = ()

    def column(self, index: int) -> list[Cell]:
        """The cells of one column that are not empty."""
        return [cell for line in self.lines if (cell := line.cell(index)) != ""]


def table_of(raw: Raw) -> Table:
    """The table below its header. Raises Unreadable when there is no line in it."""
    lines = [line for line in raw.lines if any(cell != "" for cell in line.cells)]
    if not lines:
        raise Unreadable(_("The file has no lines."))
    number = _header(lines) if raw.reading.header is None else raw.reading.header
    header = next((line for line in lines if line.number == number), None)
    if number and header is None:
        raise Unreadable(_("Line %(number)d, which was to be the header, is empty.") % {"number": number})
    below = [line for line in lines if line.number > number]
    if not below:
        raise Unreadable(_("There is no line below the header."))
    width = max(len(line.cells) for line in ([header] if header else []) + below)
    names = header.cells if header else ()
    return Table(
        reading=replace(raw.reading, header=number),
        columns=_names([text_of(cell) for cell in names], width),
        lines=below,
        is_sure=raw.is_sure,
        sheets=raw.sheets,
    )


def text_of(cell: Cell) -> str:
    """The cell as a text: numbers without needless zeros, days as 2026-11-29."""
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}"
    return cell.isoformat() if isinstance(cell, dt.date) else cell


def as_json(cells: Iterable[Cell]) -> list[str | list[str]]:
    """The cells as JSON, of which `of_json` makes them again."""
    return [_as_json(cell) for cell in cells]


def of_json(cells: Iterable[Any]) -> tuple[Cell, ...]:
    return tuple(cell if isinstance(cell, str) else KINDS[cell[0]](cell[1]) for cell in cells)


def _as_json(cell: Cell) -> str | list[str]:
    if isinstance(cell, str):
        return cell
    return ["n" if isinstance(cell, Decimal) else "d", str(cell)]


def _header(lines: Sequence[Line]) -> int:
    """The number of the first line that is as wide as the table and has a word in each cell; 0 if one with figures
    comes before it."""
    filled = [(line, [cell for cell in line.cells if cell != ""]) for line in lines[:TOP]]
    [(width, _count)] = Counter(len(cells) for _line, cells in filled).most_common(1)
    line, cells = next((line, cells) for line, cells in filled if len(cells) * 4 > width * 3)
    words = [cell for cell in cells if isinstance(cell, str) and any(map(str.isalpha, cell))]
    return line.number if len(words) == len(cells) == len(set(words)) else 0


def _names(header: Sequence[str], width: int) -> tuple[str, ...]:
    names: list[str] = []
    for position in range(width):
        name = " ".join(header[position].split()) if position < len(header) else ""
        name = name or _("Column %(number)d") % {"number": position + 1}
        number = 2
        unique = name
        while unique in names:
            unique = f"{name} ({number})"
            number += 1
        names.append(unique)
    return tuple(names)
