"""Tables whose cells are made once, in Python: nested template tags per cell would be four times slower."""

import datetime as dt
import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any, Generic, Self, TypeVar

from django.db.models import F, Field
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from arportal.desk.format.formats import NOTHING, Formatter, formatter
from arportal.desk.format.icons import icon
from arportal.desk.format.markup import escaped, markup
from arportal.desk.site.links import link
from arportal.stores.access import Permission, may

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Viewer:
    """By whom and on what day rows are looked at; every value and cell is made from the row and this."""

    actor: Any
    today: dt.date
    csrf_token: str = ""
    format: Formatter = field(default_factory=formatter)
    # What a link to a row's own page carries, so that the page knows the list one came from: `?from=…`.
    trail: str = ""
    slug: str = field(init=False)

    def __post_init__(self) -> None:
        # Asked for in every cell with a link.
        object.__setattr__(self, "slug", str(self.actor.store.slug))

    def link(self, page: str, api_id: int) -> str:
        """The address of a listed thing's own page, from where one can go on to its neighbours in the list."""
        return link(page, self.slug, api_id) + self.trail


class Kind(enum.Enum):
    """What a column's plain values are, which decides how an export writes them."""

    TEXT = enum.auto()
    NUMBER = enum.auto()
    MONEY = enum.auto()
    DATE = enum.auto()
    MOMENT = enum.auto()


@dataclass(frozen=True, slots=True)
class Computed:
    """An order that no field of the model holds: an expression, and a field that says of what type it is."""

    expression: Callable[[Viewer], Any]
    type: "Field[Any, Any]"


@dataclass(frozen=True, slots=True)
class Total:
    """What is summed up below a column: a field's name or an expression, NULL for the rows it leaves out.

    Where a column has several, or one that is not just its sum, each has a `label`. One without any rows is not
    shown.
    """

    of: Any
    label: str | Promise = ""

    @property
    def expression(self) -> Any:
        return F(self.of) if isinstance(self.of, str) else self.of


@dataclass(frozen=True)
class Column(Generic[Row]):
    """`value` is the plain value, for exports; `cell` is what the page shows, by default the value, escaped.

    Plain values are as their `kind` says: text, a number, Money, a date or an aware moment; None for nothing.
    `sort` names the model field the list may be ordered by. `css` holds classes of tables.css: `num` for
    right-aligned figures, `p2` and `p3` for columns that narrow screens leave out, `text` for names
    and other words of any length, `state` for what phones show below the amount.
    Who lacks the permission it `needs` does not see the column.

    An `optional` column is shown to whoever chooses it. `reads` names fields, and `prepare` adds to the rows of
    a page what they need from elsewhere in a fixed number of queries; both only while the column is shown.
    `totals` are summed up per currency.
    """

    key: str
    label: str | Promise
    value: Callable[[Row, Viewer], Any]
    cell: Callable[[Row, Viewer], str] | None = None
    sort: str | Computed = ""
    css: str = ""
    needs: Permission = Permission.READ
    kind: Kind = Kind.TEXT
    optional: bool = False
    reads: tuple[str, ...] = ()
    prepare: Callable[[Sequence[Row], Viewer], None] | None = None
    totals: tuple[Total, ...] = ()
    # Whether the first click on its head puts the largest or newest first; by default that of money and dates.
    descends: bool | None = None
    # For columns that only make sense on the page, such as buttons: no export has them.
    exported: bool = True

    @property
    def first_sort(self) -> str:
        by_default = self.kind in (Kind.MONEY, Kind.DATE, Kind.MOMENT)
        return f"-{self.key}" if (by_default if self.descends is None else self.descends) else self.key


def money_column(key: str, label: str | Promise, money: Callable[[Row], Any], **more: Any) -> Column[Row]:
    """A right-aligned amount, its currency code after it. `money` answers None where there is no amount."""
    more.setdefault("css", "num")

    def cell(row: Row, viewer: Viewer) -> str:
        amount = money(row)
        return "" if amount is None else viewer.format.money(amount)

    return Column(key, label, lambda row, viewer: money(row), cell, kind=Kind.MONEY, **more)


def date_column(key: str, label: str | Promise, name: str, **more: Any) -> Column[Row]:
    """A day, of a date field."""
    more["css"] = f"nowrap {more.get('css', '')}".strip()
    return Column(
        key,
        label,
        lambda row, viewer: getattr(row, name),
        cell=lambda row, viewer: viewer.format.date(getattr(row, name)),
        kind=Kind.DATE,
        **{"sort": name, "reads": (name,), **more},
    )


def moment_column(key: str, label: str | Promise, name: str, **more: Any) -> Column[Row]:
    """A moment, shown with the time of day in the store's zone."""
    more["css"] = f"nowrap {more.get('css', '')}".strip()
    return Column(
        key,
        label,
        lambda row, viewer: getattr(row, name),
        cell=lambda row, viewer: viewer.format.moment(getattr(row, name)),
        kind=Kind.MOMENT,
        **{"sort": name, "reads": (name,), **more},
    )


def text_column(key: str, label: str | Promise, name: str, **more: Any) -> Column[Row]:
    """A field of the row as it is."""
    return Column(
        key, label, lambda row, viewer: getattr(row, name), **{"sort": name, "reads": (name,), **more}
    )


@dataclass(frozen=True, slots=True)
class Pick:
    """A checkbox on the rows it is offered for, sent under `name` by the form `picked`.

    `adds` is the column of amounts that is summed up over the selected rows. Its fields must be among those the
    list always reads.
    """

    name: str
    needs: Permission
    offered: Callable[[Any], bool]
    adds: Column[Any] | None = None


@dataclass(frozen=True)
class Table(Generic[Row]):
    """Columns over rows."""

    columns: Sequence[Column[Row]]
    viewer: Viewer
    pick: Pick | None = None

    @classmethod
    def for_viewer(cls, columns: Sequence[Column[Row]], viewer: Viewer, pick: Pick | None = None) -> Self:
        """With the columns that this person may see."""
        allowed = pick if pick and may(viewer.actor, pick.needs) else None
        return cls([column for column in columns if may(viewer.actor, column.needs)], viewer, allowed)

    def head(self, sorted_by: str, address: Callable[[str], str]) -> SafeString:
        """The header row. `sorted_by` is `key` or `-key`; `address(sort)` is what shows another order."""
        headings = [self._heading(column, sorted_by, address) for column in self.columns]
        return SafeString("".join([_pick_all() if self.pick else "", *headings]))

    def plain_head(self) -> SafeString:
        """The header row of a table that has one order only."""
        return format_html_join(
            "", '<th scope="col" class="{}">{}</th>', ((column.css, column.label) for column in self.columns)
        )

    def sums(self, sums: Iterable[Any]) -> SafeString:
        """A row of totals for each currency, in the columns they belong to."""
        return mark_safe("".join([self._sum(each) for each in sums]))  # noqa: S308  # escaped in _sum()

    def body(self, rows: Iterable[Row]) -> SafeString:
        return mark_safe("".join([self.row(row) for row in rows]))  # noqa: S308  # every cell is escaped in row()

    def row(self, row: Any) -> SafeString:
        viewer, parts = self.viewer, [f'<tr id="row-{row.api_id:d}">{self._pick(row) if self.pick else ""}']
        for opening, make, closing in self._cells:
            shown = make(row, viewer)
            if shown.__class__ is not SafeString:
                shown = "" if shown is None else escape(str(shown))
            parts += opening, shown or NOTHING, closing
        parts.append("</tr>")
        # Every cell is safe or escaped; the css is ours, the id a number.
        return SafeString("".join(parts))

    @cached_property
    def _cells(self) -> list[tuple[str, Callable[[Row, Viewer], Any], str]]:
        return [_cell(column) for column in self.columns]

    def _sum(self, found: Any) -> str:
        cells = "".join(
            [
                f'<td class="{column.css}">{self._figures(found.figures.get(column.key, ()))}</td>'
                for column in self.columns[1:]
            ]
        )
        words = _("Total %(currency)s") % {"currency": found.currency}
        pick = '<td class="pick"></td>' if self.pick else ""
        return f'<tr class="sum">{pick}<th scope="row">{escaped(words)}</th>{cells}</tr>'

    def _figures(self, figures: Iterable[tuple[str, Any]]) -> str:
        """Under one another, each with its name if it has one."""
        money = self.viewer.format.money
        return "".join(
            [
                f'<span class="named">{escaped(label)} {money(amount)}</span>' if label else money(amount)
                for label, amount in figures
            ]
        )

    def _pick(self, row: Any) -> str:
        if not self.pick or not self.pick.offered(row):
            return '<td class="pick"></td>'
        words = escaped(self._select % {"row": row})
        return (
            f'<td class="pick"><input class="form-check-input" type="checkbox" name="{self.pick.name}"'
            f' value="{row.api_id:d}" form="picked" aria-label="{words}"{self._amount(row)}></td>'
        )

    def _amount(self, row: Any) -> str:
        """What a script adds up over the selected rows."""
        adds = self.pick.adds if self.pick else None
        money = adds.value(row, self.viewer) if adds else None
        return "" if money is None else f' data-amount="{money.amount:f} {escape(money.currency)}"'

    @cached_property
    def _select(self) -> str:
        return _("Select %(row)s")

    def _heading(self, column: Column[Row], sorted_by: str, address: Callable[[str], str]) -> SafeString:
        if not column.sort:
            return markup('<th scope="col" class="{}">{}</th>', column.css, column.label)
        ascending, descending = sorted_by == column.key, sorted_by == f"-{column.key}"
        other_way = f"-{column.key}" if ascending else column.key
        href = address(other_way if ascending or descending else column.first_sort)
        return markup(
            '<th scope="col" class="{}"{}><a href="{}" hx-get="{}">{} {}</a></th>',
            column.css,
            _ARIA_SORT.get((ascending, descending), ""),
            href,
            href,
            column.label,
            icon("arrow-up" if ascending else "arrow-down" if descending else "chevrons-up-down", 12),
        )


def _cell(column: Column[Row]) -> tuple[str, Callable[[Row, Viewer], Any], str]:
    """What opens it, makes its content and closes it. Only a block inside the cell can be cut after two lines."""
    make = column.cell or column.value
    if "text" in column.css.split():
        return f'<td class="{column.css}"><div>', make, "</div></td>"
    return f'<td class="{column.css}">', make, "</td>"


def _pick_all() -> SafeString:
    """Only a script makes it work; without one tables.css hides it."""
    return format_html(
        '<td class="pick"><input class="form-check-input" type="checkbox" aria-label="{}"></td>',
        _("Select all rows of this page"),
    )


_ARIA_SORT = {
    (True, False): mark_safe(' aria-sort="ascending"'),
    (False, True): mark_safe(' aria-sort="descending"'),
}
