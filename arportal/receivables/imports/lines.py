"""The cells of a line as values, and the company it names; each with the reason why not."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from django.utils.translation import gettext as _

from arportal.b2b.values.currencies import CURRENCIES
from arportal.mirror.ids import ids_in
from arportal.mirror.models import Company
from arportal.receivables.imports.fields import FIELDS
from arportal.receivables.imports.mapping import Mapping
from arportal.receivables.tables.table import Cell, Line, Unreadable, text_of
from arportal.receivables.tables.values import check_cell, read_amount, read_date
from arportal.stores.models import Membership, NumberFormat

Value = TypeVar("Value")
LONGEST = 500


class Reader:
    """Reads the lines of one file by its mapping."""

    def __init__(self, of: str, mapping: Mapping, columns: tuple[str, ...]) -> None:
        self.mapping, self.columns = mapping, columns
        self.labels = {field.key: str(field.label) for field in FIELDS[of]}
        self.required = {field.key for field in FIELDS[of] if field.is_required}

    def read(self, line: Line) -> "Cells":
        return Cells(self, self.mapping.cells(self.columns, line))


class Cells:
    """The cells of one line by field. What cannot be read is None or "", and its reason is in `problems`."""

    def __init__(self, reader: Reader, cells: dict[str, Cell]) -> None:
        self._reader, self._cells = reader, cells
        self.problems: list[str] = []

    def text(self, key: str) -> str:
        text = self._read(key, lambda cell: " ".join(text_of(cell).split())) or ""
        if len(text) > LONGEST:
            self._refuse(key, _("This is too long."))
        return text

    def day(self, key: str) -> dt.date | None:
        date_format = self._reader.mapping.date_format
        return self._read(key, lambda cell: read_date(cell, date_format))

    def amount(self, key: str, currency: str) -> Decimal | None:
        """An amount above zero."""
        number_format = NumberFormat(self._reader.mapping.number_format)
        amount = self._read(key, lambda cell: read_amount(cell, number_format, currency))
        if amount is not None and amount <= 0:
            self._refuse(key, _("An amount above zero is needed."))
            return None
        return amount

    def currency(self) -> str:
        """The currency of the line, or that of the file; "" where neither says one."""
        code = self.text("currency").upper()
        if code and code not in CURRENCIES:
            self._refuse("currency", _("“%(code)s” is no currency code such as EUR.") % {"code": code})
        return code or self._reader.mapping.currency

    def company(self, companies: "Companies") -> int | None:
        """The company that the line names; None where it names none, or none that is known."""
        name = self.text("company")
        try:
            return companies.find(name) if name else None
        except Unreadable as reason:
            self.problems.append(str(reason))
            return None

    def _read(self, key: str, reading: Callable[[Cell], Value]) -> Value | None:
        cell = self._cells.get(key, "")
        try:
            if cell != "":
                check_cell(cell)
                return reading(cell)
            if key in self._reader.required:
                self._refuse(key, _("This is empty."))
        except Unreadable as reason:
            self._refuse(key, str(reason))
        return None

    def _refuse(self, key: str, reason: str) -> None:
        self.problems.append(f"{self._reader.labels[key]}: {reason}")


class Companies:
    """The companies that the actor may see, by number at the store and by name."""

    def __init__(self, actor: Membership) -> None:
        self._by_name: dict[str, list[int]] = defaultdict(list)
        self.names: dict[int, str] = {}
        for api_id, name in Company.objects.visible_to(actor).values_list("api_id", "name"):
            self.names[api_id] = name
            self._by_name[_folded(name)].append(api_id)

    def find(self, text: str) -> int:
        """Raises Unreadable where none is meant, or more than one. A name goes before a number that looks like it."""
        ids = self._by_name.get(_folded(text), [])
        if not ids:
            ids = [api_id for api_id in ids_in([text]) if api_id in self.names]
        if len(ids) == 1:
            return ids[0]
        words = (
            _("Two companies are called “%(name)s”: write the number.")
            if ids
            else _("No company “%(name)s”.")
        )
        raise Unreadable(words % {"name": text})


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
