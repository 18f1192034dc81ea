"""Paging by the last row seen, never by OFFSET: the thousandth page costs what the first one does.

Rows are ordered by one field, then by their id; amounts of money within their currency, the store's own first and
the others by code, in both directions. Rows without a value in that field come last in both directions. Each
currency, and the rows without a value, are a stretch of their own, so that each query stays a plain range of an
index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import BigIntegerField, F, Func, Model, Q, QuerySet, TextField, Value
from django.db.models.lookups import GreaterThan, LessThan

from arportal.desk.lists.list_order import BadCursor as BadCursor
from arportal.desk.lists.list_order import Order as Order
from arportal.desk.lists.list_order import Position as Position

# How many of the next rows in order are looked at before a search goes to its own index.
NEAR = 250


@dataclass(frozen=True)
class Slice:
    rows: Sequence[Any]
    has_previous: bool
    has_next: bool


def after(
    rows: QuerySet[Model], order: Order, position: Position | None, size: int, search: Any = None
) -> Slice:
    """The `size` rows that follow the position; from the start without one.

    `search` is a condition that has an index of its own, see `_Walk.search`.
    """
    found = _Walk(rows, order, position, backwards=False, limit=size + 1).go(search)
    return Slice(found[:size], has_previous=position is not None, has_next=len(found) > size)


def before(rows: QuerySet[Model], order: Order, position: Position, size: int, search: Any = None) -> Slice:
    """The `size` rows that lead up to the position, in the list's order."""
    found = _Walk(rows, order, position, backwards=True, limit=size + 1).go(search)
    return Slice(found[:size][::-1], has_previous=len(found) > size, has_next=True)


class _Walk:
    """Rows from the position on, in the list's order or backwards."""

    def __init__(
        self,
        rows: QuerySet[Model],
        order: Order,
        position: Position | None,
        *,
        backwards: bool,
        limit: int,
    ) -> None:
        self.rows: QuerySet[Model] = rows.annotate(**order.annotations)
        self.order, self.position = order, position
        self.backwards, self.limit = backwards, limit
        self.descending = order.descending != backwards

    def go(self, search: Any) -> list[Any]:
        return self.walk() if search is None else self.search(search)

    def walk(self) -> list[Any]:
        """The rows, stretch by stretch: an index gives each without looking at the rows before."""
        rows: list[Any] = []
        for stretch in self._stretches():
            rows += stretch[: self.limit - len(rows)]
            if len(rows) == self.limit:
                break
        return rows

    def search(self, search: Any) -> list[Any]:
        """PostgreSQL cannot tell whether many rows match or few, and on a million rows the wrong way takes a
        second. So first the next few rows in order are looked at: of words that many rows have, they fill a
        page. For others the search's own index finds the rows, which are then put in order."""
        near: list[Any] = []
        for stretch in islice(self._stretches(), 1):
            next_few = stretch.annotate(is_found=search)[:NEAR]
            near = [pk for pk, is_found in next_few.values_list("pk", "is_found") if is_found][: self.limit]
        if len(near) == self.limit:
            rows = self.rows.in_bulk(near)
            return [rows[pk] for pk in near if pk in rows]
        return list(self._sorted(self.rows.filter(search, self._from_here()))[: self.limit])

    def _stretches(self) -> Iterator[QuerySet[Model]]:
        """The stretches to go through, in order, from the position on; each is looked for when it is asked for."""
        nulls = [False, True] if self.order.field.null else [False]
        if self.backwards:
            nulls.reverse()
        if self.position is not None:
            nulls = nulls[nulls.index(self.position.value is None) :]
        for is_null in nulls:
            yield from [self._nulls()] if is_null else self._valued()

    def _nulls(self) -> QuerySet[Model]:
        """The rows without a value, whatever their currency."""
        part = self.rows.filter((f"{self.order.name}__isnull", True))
        position = self.position
        if position is not None and position.value is None:
            part = part.filter(_beyond(self.order, position, self.descending))
        return part.order_by(*self._directed(self.order.id_field))

    def _valued(self) -> Iterator[QuerySet[Model]]:
        """The rows with a value: together, or currency by currency."""
        order, position, part = self.order, self.position, self.rows
        if order.field.null:
            part = part.filter((f"{order.name}__isnull", False))
        part = part.order_by(*self._directed(order.name, order.id_field))
        currency: str | None = None
        if position is not None and position.value is not None:
            here = part.filter(_beyond(order, position, self.descending))
            currency = position.currency
            yield here.filter(currency=currency) if order.own_currency else here
        elif not order.own_currency:
            yield part
        while order.own_currency and (currency := self._next_currency(currency)) is not None:
            yield part.filter(currency=currency)

    def _next_currency(self, last: str | None) -> str | None:
        """The currency that follows `last` in the direction of the walk, or the first one; None behind the last."""
        own = self.order.own_currency
        if last == own:
            return None if self.backwards else self._other_currency(None)
        if last is None and not self.backwards:
            return own
        return self._other_currency(last) or (own if self.backwards else None)

    def _other_currency(self, last: str | None) -> str | None:
        """The currency but the store's own that follows `last` in the direction of the walk; None behind the last.

        Looked for on both sides of the store's own, which may have a million rows to step over.
        """
        own = self.order.own_currency
        sides = [Q(currency__lt=own), Q(currency__gt=own)]
        following = Q(currency__gt=last)
        by = "currency"
        if self.backwards:
            sides.reverse()
            following = Q(currency__lt=last)
            by = "-currency"
        for side in sides:
            others = self.rows.filter(side, Q() if last is None else following).order_by(by)
            for currency in others.values_list("currency", flat=True)[:1]:
                return str(currency)
        return None

    def _directed(self, *names: str) -> list[str]:
        return [f"-{name}" if self.descending else name for name in names]

    def _from_here(self) -> Q:
        """All stretches in one condition."""
        name, position = self.order.name, self.position
        if position is None:
            return Q()
        here = Q(_beyond(self.order, position, self.descending))
        if position.value is None:
            here &= Q((f"{name}__isnull", True))
        elif self.order.own_currency:
            here = (here & Q(currency=position.currency)) | self._other_currencies(position.currency)
            if self.order.field.null:
                here &= Q((f"{name}__isnull", False))
        if self.order.field.null and self.backwards == (position.value is None):
            # The other stretch, with or without a value, follows as a whole.
            here |= Q((f"{name}__isnull", not self.backwards))
        return here

    def _other_currencies(self, last: str) -> Q:
        """The rows of all currencies that follow `last` in the direction of the walk."""
        own = self.order.own_currency
        if last == own:
            return Q(pk__in=[]) if self.backwards else ~Q(currency=own)
        if self.backwards:
            return Q(currency=own) | Q(currency__lt=last)
        return ~Q(currency=own) & Q(currency__gt=last)

    def _sorted(self, rows: QuerySet[Model]) -> QuerySet[Model]:
        """The rows in the list's order, written so that no index offers it: PostgreSQL would walk that to the
        end."""
        value = Func(*[F(self.order.name)] * 2, function="COALESCE", output_field=self.order.field)
        nulls: Any = {"nulls_first": True} if self.backwards else {"nulls_last": True}
        first = value.desc(**nulls) if self.descending else value.asc(**nulls)
        # The currencies' own order turns with the walk, not with the amounts.
        currencies = [
            sorting.desc() if self.backwards else sorting.asc() for sorting in self.order.currency_sortings
        ]
        return rows.order_by(*currencies, first, *self._directed(self.order.id_field))


def _beyond(order: Order, position: Position, descending: bool) -> Q | GreaterThan | LessThan:
    """The rows behind the position, of those that have a value as it has or none as it."""
    if position.value is None:
        return Q((f"{order.id_field}__{'lt' if descending else 'gt'}", position.api_id))
    compare = LessThan if descending else GreaterThan
    value = Value(position.value, output_field=order.field)
    api_id = Value(position.api_id, BigIntegerField())
    return compare(_pair(order.name, order.id_field), _pair(value, api_id))


def _pair(*parts: Any) -> Func:
    # PostgreSQL compares ROW(a, b) with ROW(c, d) by a, then b, and finds the place in an index on (a, b).
    return Func(*parts, function="ROW", output_field=TextField())
