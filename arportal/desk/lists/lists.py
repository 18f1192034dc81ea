"""Lists, declared in about ten lines: columns, filter, rows and order; and the rows, order and columns of one that an
address asks for. A list's page, its export, the selection in it and the way from row to row all read an address here,
so that they can never differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from arportal.desk.lists import column_chooser, keyset
from arportal.desk.lists.counting import Sum
from arportal.desk.lists.filters import PANEL, ListFilter
from arportal.desk.lists.tables import Column, Computed, Kind, Pick, Viewer
from arportal.desk.site.pages import DeskRequest
from arportal.stores.access import Permission, may
from arportal.stores.models import Membership

# Lists that can be named: by saved views, and by a page that has come from one.
NAMED: dict[str, List] = {}


@dataclass(frozen=True, slots=True)
class Action:
    """A button that sends the selected rows to a page of the store by POST.

    The page asks `selection.chosen(LIST, request)` for the rows. `css_class` is a class of forms.css. One that
    `takes_filter` is also a page by GET, for all that match the list's query, and stands in the menu of exports.
    """

    page: str
    label: str | Promise
    icon: str
    needs: Permission
    css_class: str = "btn-plain"
    takes_filter: bool = False


@dataclass(frozen=True)
class List:
    """A list. `rows(actor)` are all the rows this person may see; `sort` is a column's key, `-key` for the reverse.

    A list with a `name`, which is that of its page in desk/urls.py, has saved views, and its rows link to pages
    that know the rows before and after them in it. With `exports` it can be downloaded: see desk/lists/downloads.py.
    """

    columns: tuple[Column[Any], ...]
    filter: type[ListFilter]
    rows: Callable[[Membership], QuerySet[Model]]
    sort: str
    caption: str | Promise
    empty: str | Promise
    # The fields that several columns or `prepare` read; no others are fetched, but those the shown columns name.
    reads: tuple[str, ...]
    size: int = 50
    pick: Pick | None = None
    # Adds to the rows of one page what their columns need from elsewhere, in a fixed number of queries.
    prepare: Callable[[Sequence[Any], Viewer], None] | None = None
    name: str = ""
    exports: bool = False
    # The rows of a file that one row of the list becomes, where they are more.
    split: Callable[[Any], Sequence[Any]] | None = None
    actions: tuple[Action, ...] = ()
    # Columns that only this store has, after the others.
    own_columns: Callable[[Viewer], Sequence[Column[Any]]] | None = None
    # True where these are shown without being chosen.
    shows_own: bool = False
    # The sums below the columns, where they are not just those of the rows: of all that match.
    sums: Callable[[ListQuery], Sequence[Sum]] | None = None
    # What whoever reads the list has to know about its figures, in words.
    notes: Callable[[ListQuery], Iterable[str]] | None = None
    # By which rows are told apart; a row has it as `api_id` all the same.
    id_field: str = "api_id"

    def __post_init__(self) -> None:
        if self.name:
            NAMED[self.name] = self


class ListQuery:
    """A list as an address asks for it; `data` is the address's query. What cannot be understood is in `problems`,
    in words: then no row matches, or the list's own order and columns are taken."""

    def __init__(
        self, declared: List, data: QueryDict, viewer: Viewer, rows: QuerySet[Model] | None = None
    ) -> None:
        self.declared, self.data, self.viewer = declared, data, viewer
        rows = declared.rows(viewer.actor) if rows is None else rows
        self.filter = declared.filter(data, rows, viewer=viewer)
        self.problems: list[str] = self.filter.problems()
        self.sorted_by = data.get("sort") or declared.sort
        keys = [key for value in data.getlist(column_chooser.NAME) for key in value.split()]
        self.columns = self._columns([*keys, self.sorted_by.removeprefix("-")])
        self.chooser = column_chooser.ColumnChooser(self.columns, keys)
        self.problems += self.chooser.problems
        order = self._order(self.sorted_by)
        if order is None:
            unknown = {"name": self.sorted_by[:40]}
            self.problems.append(_("This list has no order named “%(name)s”.") % unknown)
            self.sorted_by = declared.sort
            order = self._order(declared.sort)
        self.order: Any = order

    @cached_property
    def matching(self) -> QuerySet[Model]:
        """All rows that match, in no order; none while the filter cannot be understood."""
        rows = self.filtered
        return rows if self.filter.search is None else rows.filter(self.filter.search)

    @cached_property
    def filtered(self) -> QuerySet[Model]:
        """The rows that match but for the search, which may be better looked for in another way."""
        rows: QuerySet[Model] = self.filter.qs if self.filter.is_valid() else self.filter.queryset.none()
        return rows

    def after(self, position: keyset.Position | None, size: int) -> keyset.Slice:
        return keyset.after(self.fetched(self.filtered), self.order, position, size, self.filter.search)

    def before(self, position: keyset.Position, size: int) -> keyset.Slice:
        return keyset.before(self.fetched(self.filtered), self.order, position, size, self.filter.search)

    def place_of(self, row: Any) -> keyset.Position:
        """The row's place in the list's order, also where that is computed by the database."""
        order: keyset.Order = self.order
        if order.expression is None:
            return order.at(row)
        rows = self.declared.rows(self.viewer.actor).filter(api_id=row.api_id)
        value = rows.annotate(**order.annotations).values_list(order.name, flat=True).first()
        return keyset.Position(value, row.api_id, row.currency if order.own_currency else "")

    def fetched(self, rows: QuerySet[Model]) -> QuerySet[Model]:
        """The rows with the fields that the shown columns and the order read, and no others."""
        reads = {name for column in self.chooser.shown for name in column.reads}
        if self.order.expression is None:
            reads.add(self.order.name)
        if self.order.own_currency:
            reads.add("currency")
        return rows.only(self.declared.id_field, *self.declared.reads, *reads)

    @property
    def ordered(self) -> QuerySet[Model]:
        """All matching rows in the order asked for; rows without a value in it come last."""
        rows: QuerySet[Model] = self.order.all_of(self.fetched(self.matching))
        return rows

    def prepare(self, rows: Any) -> None:
        """Adds to these rows what the shown columns need from elsewhere."""
        if self.declared.prepare is not None:
            self.declared.prepare(rows, self.viewer)
        for column in self.chooser.shown:
            if column.prepare is not None:
                column.prepare(rows, self.viewer)

    @property
    def query(self) -> str:
        """The query of this list in this order, from its first page; what it does not know is left out."""
        return self.address(sort=self.given_sort)

    @property
    def given_sort(self) -> str:
        """The order that the address names; "" for the list's own."""
        return self.sorted_by if "sort" in self.data else ""

    def address(self, *, without: str = "", **more: str) -> str:
        """The query of this list, without the filter named `without`; neither `sort` nor paging but for what `more`
        says."""
        query = self.filter.query()
        for name, value in ({column_chooser.NAME: self.chooser.query} | more).items():
            if value:
                query[name] = value
            else:
                query.pop(name, None)
        query.pop(without, None)
        return query.urlencode()

    def _columns(self, keys: Sequence[str]) -> list[Column[Any]]:
        """The columns this person may see. The store's own ones are looked up only where they matter: when they are
        shown without being chosen, the address names one, or the columns are to be chosen from."""
        columns = [*self.declared.columns]
        own = self.declared.own_columns
        are_all_known = {column.key for column in columns}.issuperset(keys)
        is_open = self.data.get(PANEL) == column_chooser.PANEL
        if own is not None and (self.declared.shows_own or is_open or not are_all_known):
            columns += own(self.viewer)
        return [column for column in columns if may(self.viewer.actor, column.needs)]

    def _order(self, sort: str) -> keyset.Order | None:
        """The order of that name, with `-` the reverse of it; None for one the list does not offer."""
        key, descending = sort.removeprefix("-"), sort.startswith("-")
        column = next((column for column in self.columns if column.key == key), None)
        if column is None or not column.sort:
            return None
        own = self.viewer.actor.store.currency if column.kind is Kind.MONEY else ""
        id_field = self.declared.id_field
        if isinstance(column.sort, Computed):
            computed = column.sort
            return keyset.Order(
                computed.type,
                descending != computed.is_reversed,
                computed.expression(self.viewer),
                f"by_{key}",
                own_currency="" if computed.is_of_one_currency else own,
                id_field=id_field,
            )
        model: Any = self.declared.filter._meta.model
        field = model._meta.get_field(column.sort)
        return keyset.Order(field, descending, own_currency=own, id_field=id_field)


def viewer_of(request: DeskRequest) -> Viewer:
    return Viewer(request.actor, request.store.today(timezone.now()), get_token(request))
