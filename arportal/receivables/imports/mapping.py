"""The meaning of a file's columns, and how it writes days and amounts: chosen by a person, remembered by sender."""

import re
import unicodedata
from collections.abc import Mapping as Dictionary
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from django.utils.translation import gettext as _

from arportal.receivables.imports.fields import DATES, FIELDS
from arportal.receivables.models import Import
from arportal.receivables.tables.table import Cell, Line, Table
from arportal.receivables.tables.values import DATE_FORMATS, date_formats_of, number_formats_of, only
from arportal.stores.models import NumberFormat


@dataclass(frozen=True, slots=True)
class Mapping:
    """`columns`: field → name of the column. `currency` is that of files without such a column; "" for payments is
    the currency of the invoice. `status` and `method` are those of all payments."""

    columns: Dictionary[str, str] = field(default_factory=dict)
    date_format: str = ""
    number_format: str = ""
    currency: str = ""
    status: int = 0
    method: str = ""

    @classmethod
    def of_json(cls, values: Dictionary[str, Any]) -> Self:
        return cls(**values)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def problems(self, of: str, table: Table) -> dict[str, list[str]]:
        """Reasons by field of the form: a column `column-<field>`, or a name of this class."""
        problems: dict[str, list[str]] = {}
        for each in FIELDS[of]:
            column = self.columns.get(each.key, "")
            if each.is_required and not column:
                problems[f"column-{each.key}"] = [_("Choose the column of the file.")]
            elif column and column not in table.columns:
                problems[f"column-{each.key}"] = [_("The file has no column “%(name)s”.") % {"name": column}]
        if self.date_format not in DATE_FORMATS:
            problems["date_format"] = [_("Choose how the file writes dates.")]
        if self.number_format not in NumberFormat:
            problems["number_format"] = [_("Choose how the file writes amounts.")]
        if of == Import.Of.INVOICES and not (self.currency or self.columns.get("currency")):
            problems["currency"] = [_("Choose the currency, or the column that names it.")]
        return problems

    def cells(self, table_columns: tuple[str, ...], line: Line) -> dict[str, Cell]:
        """Field → its cell; "" for one without a column."""
        positions = {name: position for position, name in enumerate(table_columns)}
        return {key: line.cell(positions[column]) for key, column in self.columns.items() if column}


def proposed(of: str, table: Table, remembered: Mapping | None) -> Mapping:
    """The sender's own choices as far as they fit the file; else columns by their names, and formats where the file
    leaves no doubt about them."""
    mapping = remembered or Mapping()
    columns = {key: name for key, name in mapping.columns.items() if name in table.columns}
    if not columns:
        columns = _by_name(of, table)
    mapping = replace(mapping, columns=columns)
    dates = date_formats_of(_cells(table, columns, DATES))
    numbers = number_formats_of(_cells(table, columns, ("amount",)))
    return replace(
        mapping,
        date_format=only(dates) or (mapping.date_format if mapping.date_format in dates else ""),
        number_format=only(numbers) or (mapping.number_format if mapping.number_format in numbers else ""),
    )


def formats_that_fit(table: Table, mapping: Mapping) -> tuple[list[str], list[NumberFormat]]:
    """The formats by which every day, and every amount, of the assigned columns can be read."""
    dates = date_formats_of(_cells(table, mapping.columns, DATES))
    return dates, number_formats_of(_cells(table, mapping.columns, ("amount",)))


def _cells(table: Table, columns: Dictionary[str, str], keys: tuple[str, ...]) -> list[Cell]:
    return [
        cell
        for key in keys
        if columns.get(key) in table.columns
        for cell in table.column(table.columns.index(columns[key]))
    ]


def _by_name(of: str, table: Table) -> dict[str, str]:
    """Each column is taken once, by the field that comes first."""
    plain: dict[str, str] = {}
    for name in reversed(table.columns):
        # Small letters, without accents and marks.
        letters = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
        plain[" ".join(re.sub(r"[^\w\s]|_", " ", letters).split())] = name
    columns: dict[str, str] = {}
    for each in FIELDS[of]:
        name = next((plain.pop(name) for name in each.names if name in plain), "")
        if name:
            columns[each.key] = name
    return columns
