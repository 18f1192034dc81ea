"""Tables whose cells are made once, in Python: nested template tags per cell would be four times slower."""

import datetime as dt
import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from typing import Any, Generic, Self, TypeVar
from urllib.parse import quote

from django.db.models import F, Field
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from arportal.desk.format.formats import Formatter, formatter
from arportal.desk.format.icons import icon
from arportal.desk.lists.cells import NOTHING, escaped, joined, markup, money
from arportal.desk.site.links import link
from arportal.stores.access import Permission, may
from arportal.stores.models import Membership

Row = TypeVar("Row")
_ARIA_SORT = {
    (True, False): mark_safe(' aria-sort="ascending"'),
    (False, True): mark_safe(' aria-sort="descending"'),
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person who looks at rows, and the day; every value and cell is made from the row and this."""

    actor: Membership
    today: dt.date
    csrf_token: str = ""
    format: Formatter = field(default_factory=formatter)
    # What a link to a row's own page carries, so that the page knows the list one came from: `?from=…`.
    trail: str = ""
    slug: str = field(init=False)

    def __post_init__(self) -> None:
        # Asked for in every cell with a link.
        object.__setattr__(self, "slug", str(self.actor.store.slug))

    def coming_from(self, query: str) -> Self:
        """The viewer whose links to rows' own pages name this query of the list they were followed in."""
        return replace(self, trail=f"?from={quote(query, safe='')}")

    def link(self, page: str, api_id: int) -> str:
        """The address of a row's own page, from where one can go on to the next row of the list."""
        return link(page, self.slug, api_id) + self.trail


class Kind(enum.Enum):
    """The kind of a column's plain values, which decides how an export writes them."""

    TEXT = enum.auto()
    NUMBER = enum.auto()
    MONEY = enum.auto()
    DATE = enum.auto()
    MOMENT = enum.auto()


@dataclass(frozen=True, slots=True)
class Computed:
    """An order that no field of the model holds: an expression, and a field that says of what type it is.

    Rows with the smallest value come last in one that `is_reversed`. Amounts that are all `is_of_one_currency` are
    not told apart by it.
    """

    expression: Callable[[Viewer], Any]
    type: "Field[Any, Any]"
    is_reversed: bool = False
    is_of_one_currency: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    """A sum below a column: of a field's name or an expression, NULL for the rows it leaves out.

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
    # True if the first click on its head puts the largest or newest first; None: as for others of its kind.
    descends: bool | None = None
    # For columns that only make sense on the page, such as buttons: no export has them.
    exported: bool = True

    @property
    def first_sort(self) -> str:
        """The order that the first click on its head asks for."""
        descends = self.descends
        if descends is None:
            descends = self.kind in (Kind.MONEY, Kind.DATE, Kind.MOMENT)
        return f"-{self.key}" if descends else self.key


def money_column(key: str, label: str | Promise, amount_of: Callable[[Row], Any], **more: Any) -> Column[Row]:
    """A right-aligned amount, its currency code after it; None where there is no amount."""
    more.setdefault("css", "num")

    def cell(row: Row, viewer: Viewer) -> str:
        amount = amount_of(row)
        return "" if amount is None else money(amount, viewer.format)

    return Column(key, label, lambda row, viewer: amount_of(row), cell, kind=Kind.MONEY, **more)


def date_column(key: str, label: str | Promise, name: str, **more: Any) -> Column[Row]:
    """A day, of a date field."""
    more["css"] = f"nowrap {more.get('css', '')}".strip()
    more["cell"] = lambda row, viewer: viewer.format.date(getattr(row, name))
    return text_column(key, label, name, kind=Kind.DATE, **more)


def moment_column(key: str, label: str | Promise, name: str, **more: Any) -> Column[Row]:
    """A moment, shown with the time of day in the store's zone."""
    more["css"] = f"nowrap {more.get('css', '')}".strip()
    more["cell"] = lambda row, viewer: viewer.format.moment(getattr(row, name))
    return text_column(key, label, name, kind=Kind.MOMENT, **more)


def text_column(key: str, label: str | Promise, name: str, **more: Any) -> Column[Row]:
    """A field of the row as it is, by which the list may be ordered; not with `sort=""`."""
    more.setdefault("sort", name)
    more.setdefault("reads", (name,))
    return Column(key, label, lambda row, viewer: getattr(row, name), **more)


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
        """The table with the columns that this person may see."""
        allowed = pick if pick and may(viewer.actor, pick.needs) else None
        return cls([column for column in columns if may(viewer.actor, column.needs)], viewer, allowed)

    def head(self, sorted_by: str, address: Callable[[str], str]) -> SafeString:
        """The header row. `sorted_by` is `key` or `-key`; `address(sort)` is what shows another order."""
        cells = [self._heading(column, sorted_by, address) for column in self.columns]
        if self.pick:
            # Only a script makes it work; without one tables.css hides it.
            pick_all = (
                '<td class="pick"><input class="form-check-input" type="checkbox" aria-label="{}"></td>'
            )
            cells.insert(0, markup(pick_all, _("Select all rows of this page")))
        return joined(*cells)

    def plain_head(self) -> SafeString:
        """The header row of a table that has one order only."""
        return format_html_join(
            "", '<th scope="col" class="{}">{}</th>', ((column.css, column.label) for column in self.columns)
        )

    def sums(self, sums: Iterable[Any]) -> SafeString:
        """A row of totals for each currency, in the columns they belong to."""
        pick = '<td class="pick"></td>' if self.pick else ""
        rows = []
        for each in sums:
            words = escaped(_("Total %(currency)s") % {"currency": each.currency})
            cells = [
                f'<td class="{column.css}">{self._figures(each.figures.get(column.key, ()))}</td>'
                for column in self.columns[1:]
            ]
            rows.append(f'<tr class="sum">{pick}<th scope="row">{words}</th>{"".join(cells)}</tr>')
        return SafeString("".join(rows))  # The words and figures are escaped, the css is ours.

    def body(self, rows: Iterable[Row]) -> SafeString:
        return joined(*[self.row(row) for row in rows])

    def row(self, row: Any, css_class: str = "") -> SafeString:
        """One row, which scripts find by the id `row-<api_id>`."""
        viewer = self.viewer
        marked = f' class="{css_class}"' if css_class else ""
        parts = [f'<tr{marked} id="row-{row.api_id:d}">{self._pick(row) if self.pick else ""}']
        for opening, make, closing in self._cells:
            shown = make(row, viewer)
            if shown.__class__ is not SafeString:
                shown = "" if shown is None else escape(str(shown))
            parts += opening, shown or NOTHING, closing
        parts.append("</tr>")
        return SafeString("".join(parts))  # Every cell is safe or escaped, the id is a number.

    @cached_property
    def _cells(self) -> list[tuple[str, Callable[[Row, Viewer], Any], str]]:
        """The opening, the maker of the content and the closing of each column's cell, the same for all rows."""
        cells = []
        for column in self.columns:
            # Only a block inside the cell can be cut after two lines.
            before, after = ("<div>", "</div>") if "text" in column.css.split() else ("", "")
            cells.append((f'<td class="{column.css}">{before}', column.cell or column.value, f"{after}</td>"))
        return cells

    def _figures(self, figures: Iterable[tuple[str, Any]]) -> str:
        """The figures under one another, each with its name if it has one."""
        shown = []
        for label, amount in figures:
            figure = money(amount, self.viewer.format)
            shown.append(f'<span class="named">{escaped(label)} {figure}</span>' if label else figure)
        return "".join(shown)

    def _pick(self, row: Any) -> str:
        if not self.pick or not self.pick.offered(row):
            return '<td class="pick"></td>'
        adds = self.pick.adds
        # What a script adds up over the selected rows.
        amount = adds.value(row, self.viewer) if adds else None
        data = "" if amount is None else f' data-amount="{amount.amount:f} {escape(amount.currency)}"'
        words = escaped(self._select % {"row": row})
        return (
            f'<td class="pick"><input class="form-check-input" type="checkbox" name="{self.pick.name}"'
            f' value="{row.api_id:d}" form="picked" aria-label="{words}"{data}></td>'
        )

    @cached_property
    def _select(self) -> str:
        """Translated once for all rows."""
        return _("Select %(row)s")

    def _heading(self, column: Column[Row], sorted_by: str, address: Callable[[str], str]) -> SafeString:
        if not column.sort:
            return markup('<th scope="col" class="{}">{}</th>', column.css, column.label)
        ascending, descending = sorted_by == column.key, sorted_by == f"-{column.key}"
        other_way = f"-{column.key}" if ascending else column.key
        href = address(other_way if ascending or descending else column.first_sort)
        arrow = "chevrons-up-down"
        if ascending or descending:
            arrow = "arrow-up" if ascending else "arrow-down"
        return markup(
            '<th scope="col" class="{}"{}><a href="{}" hx-get="{}">{} {}</a></th>',
            column.css,
            _ARIA_SORT.get((ascending, descending), ""),
            href,
            href,
            column.label,
            icon(arrow, 12),
        )
