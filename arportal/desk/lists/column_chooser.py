"""The columns of a list that are shown: those of the address (`cols=`), else all that are not optional."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from arportal.desk.lists.tables import Column

NAME = "cols"
# The value of `panel=` that opens the chooser.
PANEL = "columns"


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of the column chooser; `is_fixed` is the first column, which names the row."""

    key: str
    label: str
    is_shown: bool
    is_fixed: bool


class ColumnChooser:
    """The columns that may be chosen, and those that are. `keys` are those of the address; none when nobody has
    chosen."""

    def __init__(self, columns: Sequence[Column[Any]], keys: Sequence[str]) -> None:
        self.columns = columns
        known = {column.key for column in columns}
        self.unknown = [key for key in keys if key not in known]
        self._chosen = {key for key in keys if key in known}

    @property
    def shown(self) -> list[Column[Any]]:
        """The shown columns in the order in which they are declared; the first column always."""
        return [column for column in self.columns if self._is_shown(column)]

    @property
    def query(self) -> str:
        """The choice as it stands in the address; empty while nobody has chosen."""
        return " ".join(column.key for column in self.shown) if self._chosen else ""

    @property
    def choices(self) -> Iterator[Choice]:
        for column in self.columns:
            is_fixed = column is self.columns[0]
            yield Choice(column.key, str(column.label), self._is_shown(column), is_fixed)

    @property
    def problems(self) -> Iterator[str]:
        for key in self.unknown[:3]:
            yield _("This list has no column named “%(name)s”.") % {"name": key[:40]}

    def _is_shown(self, column: Column[Any]) -> bool:
        if column is self.columns[0]:
            return True
        return column.key in self._chosen if self._chosen else not column.optional
