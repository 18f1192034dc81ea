"""What an address asks of a list: which rows, in which order, with which columns. Page, export, selection and
the neighbours of a row all read it here, so that they can never differ."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from arportal.desk import chooser, keyset
from arportal.desk.tables import Column, Computed, Seen
from arportal.stores.access import may

if TYPE_CHECKING:
    from arportal.desk.lists import List


class Asked:
    """`data` is the address's query. What cannot be understood is in `problems`, in words: then no row matches,
    or the list's own order and columns are taken."""

    def __init__(
        self, declared: List, data: QueryDict, seen: Seen, rows: QuerySet[Any] | None = None
    ) -> None:
        self.declared, self.data, self.seen = declared, data, seen
        rows = declared.rows(seen.actor) if rows is None else rows
        self.filter = declared.filter(data, rows, seen=seen)
        self.problems: list[str] = self.filter.problems()
        self.columns = [column for column in self._declared_columns() if may(seen.actor, column.needs)]
        self.chooser = chooser.Chooser(self.columns, data.getlist(chooser.NAME))
        self.problems += self.chooser.problems
        asked = data.get("sort") or declared.sort
        order = self._order(asked)
        if order is None:
            self.problems.append(_("This list has no order named “%(name)s”.") % {"name": asked[:40]})
        self.sorted_by = asked if order else declared.sort
        self.order: Any = order or self._order(declared.sort)

    @cached_property
    def matching(self) -> QuerySet[Any]:
        """All rows that match, in no order; none while the filter cannot be understood."""
        rows: QuerySet[Any] = self.filter.qs if self.filter.is_valid() else self.filter.queryset.none()
        return rows

    @property
    def fetched(self) -> QuerySet[Any]:
        """The matching rows with the fields that the shown columns read, and no others."""
        reads = {name for column in self.chooser.shown for name in column.reads}
        return self.matching.only("api_id", *self.declared.reads, *reads)

    @property
    def ordered(self) -> QuerySet[Any]:
        """The rows as fetched, all of them in the order asked for; rows without a value in it come last."""
        rows, name, descending = self.fetched, self.order.field.name, self.order.descending
        if self.order.expression is not None:
            rows = rows.annotate(**{name: self.order.expression})
        first = F(name).desc(nulls_last=True) if descending else F(name).asc(nulls_last=True)
        return rows.order_by(first, "-api_id" if descending else "api_id")

    def prepare(self, rows: Any) -> None:
        """Adds to these rows what the shown columns need from elsewhere."""
        if self.declared.prepare is not None:
            self.declared.prepare(rows, self.seen)
        for column in self.chooser.shown:
            if column.prepare is not None:
                column.prepare(rows, self.seen)

    @property
    def query(self) -> str:
        """Of this list in this order, from its first page; what it does not know is left out."""
        return self.address(sort=self.given_sort)

    @property
    def given_sort(self) -> str:
        return self.sorted_by if "sort" in self.data else ""

    def address(self, **more: str) -> str:
        """The query of this list; without `sort` and paging but for what `more` says."""
        query = self.filter.query()
        for name, value in ({chooser.NAME: self.chooser.query} | more).items():
            if value:
                query[name] = value
            else:
                query.pop(name, None)
        return query.urlencode()

    def _declared_columns(self) -> tuple[Column[Any], ...]:
        own = self.declared.own_columns
        return self.declared.columns if own is None else (*self.declared.columns, *own(self.seen))

    def _order(self, sort: str) -> keyset.Order | None:
        """None for an order the list does not offer."""
        key, descending = sort.removeprefix("-"), sort.startswith("-")
        column = next((column for column in self.columns if column.key == key), None)
        if column is None or not column.sort:
            return None
        if isinstance(column.sort, Computed):
            return keyset.Order(column.sort.named(f"by_{key}"), descending, column.sort.expression(self.seen))
        model: Any = self.declared.filter._meta.model
        return keyset.Order(model._meta.get_field(column.sort), descending)
