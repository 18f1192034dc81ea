"""Paging by the last row seen, never by OFFSET: the thousandth page costs what the first one does.

Rows are ordered by one field, then by api_id. Rows without a value in that field come last in both
directions; they are a stretch of their own, so that each query stays a plain range of an index.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import BigIntegerField, F, Field, Func, Q, QuerySet, TextField, Value
from django.db.models.lookups import GreaterThan, LessThan

# How many of the next rows in order are looked at before a search goes to its own index.
NEAR = 250


class BadCursor(Exception):
    """A page address that we did not make, or made for another order of the list."""


@dataclass(frozen=True)
class Order:
    """`field` must be of the listed model itself, which must have `api_id`; or it is a field of no model that
    says of what type the `expression` is that rows are ordered by, and have under the name `computed`."""

    field: Field[Any, Any]
    descending: bool
    expression: Any = None
    computed: str = ""

    @property
    def name(self) -> str:
        return self.computed or self.field.name

    def at(self, row: Any) -> Position:
        return Position(getattr(row, self.name), row.api_id)

    def cursor(self, row: Any) -> str:
        value = getattr(row, self.name)
        text = value.isoformat() if isinstance(value, dt.datetime) else value if value is None else str(value)
        return signing.dumps([text, row.api_id], salt=self._salt)

    def position(self, cursor: str) -> Position:
        try:
            text, api_id = signing.loads(cursor, salt=self._salt)
        except signing.BadSignature as broken:
            raise BadCursor from broken
        return Position(self.field.to_python(text), api_id)

    @property
    def _salt(self) -> str:
        return f"{self.computed or self.field}{'-' if self.descending else '+'}"


@dataclass(frozen=True)
class Position:
    value: Any
    api_id: int


@dataclass(frozen=True)
class Slice:
    rows: Sequence[Any]
    has_previous: bool
    has_next: bool


def after(
    rows: QuerySet[Any], order: Order, position: Position | None, size: int, search: Any = None
) -> Slice:
    """The `size` rows that follow the position; from the start without one.

    `search` is a condition that has an index of its own, see `_Walk.search`.
    """
    found = _Walk(rows, order, position, backwards=False, limit=size + 1).go(search)
    return Slice(found[:size], has_previous=position is not None, has_next=len(found) > size)


def before(rows: QuerySet[Any], order: Order, position: Position, size: int, search: Any = None) -> Slice:
    """The `size` rows that lead up to the position, in the list's order."""
    found = _Walk(rows, order, position, backwards=True, limit=size + 1).go(search)
    return Slice(found[:size][::-1], has_previous=len(found) > size, has_next=True)


class _Walk:
    """Rows from the position on, in the list's order or backwards."""

    def __init__(
        self,
        rows: QuerySet[Any],
        order: Order,
        position: Position | None,
        *,
        backwards: bool,
        limit: int,
    ) -> None:
        if order.expression is not None:
            rows = rows.annotate(**{order.name: order.expression})
        self.rows, self.order, self.position = rows, order, position
        self.backwards, self.limit = backwards, limit
        self.descending = order.descending != backwards

    def go(self, search: Any) -> list[Any]:
        return self.walk() if search is None else self.search(search)

    def walk(self) -> list[Any]:
        found: list[Any] = []
        for nulls in self._stretches():
            found += self._stretch(nulls)[: self.limit - len(found)]
            if len(found) == self.limit:
                break
        return found

    def search(self, search: Any) -> list[Any]:
        """PostgreSQL cannot tell whether many rows match or few, and on a million rows the wrong way takes a
        second. So first the next few rows in order are looked at: of words that many rows have, they fill a
        page. For others the search's own index finds the rows, which are then put in order."""
        next_few = self._stretch(self._stretches()[0]).annotate(is_found=search)[:NEAR]
        near = [pk for pk, is_found in next_few.values_list("pk", "is_found") if is_found][: self.limit]
        if len(near) == self.limit:
            rows = self.rows.in_bulk(near)
            return [rows[pk] for pk in near if pk in rows]
        return list(self._sorted(self.rows.filter(search, self._from_here()))[: self.limit])

    def _stretches(self) -> list[bool]:
        """Of the rows with a value and those without (True), the ones to go through, in order."""
        stretches = [False, True] if self.order.field.null else [False]
        if self.backwards:
            stretches.reverse()
        if self.position is not None:
            stretches = stretches[stretches.index(self.position.value is None) :]
        return stretches

    def _stretch(self, nulls: bool) -> QuerySet[Any]:
        name, position = self.order.name, self.position
        part = self.rows.filter(**{f"{name}__isnull": nulls}) if self.order.field.null else self.rows
        if position is not None and (position.value is None) == nulls:
            part = part.filter(_beyond(self.order, position, self.descending))
        names = ["api_id"] if nulls else [name, "api_id"]
        return part.order_by(*(f"-{each}" if self.descending else each for each in names))

    def _from_here(self) -> Q:
        """Both stretches in one condition."""
        name, position = self.order.name, self.position
        if position is None:
            return Q()
        here = Q(_beyond(self.order, position, self.descending))
        if position.value is None:
            here &= Q(**{f"{name}__isnull": True})
        other_stretch_follows = self.order.field.null and self.backwards == (position.value is None)
        return here | Q(**{f"{name}__isnull": not self.backwards}) if other_stretch_follows else here

    def _sorted(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """In the list's order, written so that no index offers it: PostgreSQL would walk that to the end."""
        value = Func(*[F(self.order.name)] * 2, function="COALESCE", output_field=self.order.field)
        nulls: Any = {"nulls_first": True} if self.backwards else {"nulls_last": True}
        first = value.desc(**nulls) if self.descending else value.asc(**nulls)
        return rows.order_by(first, "-api_id" if self.descending else "api_id")


def _beyond(order: Order, position: Position, descending: bool) -> Q | GreaterThan | LessThan:
    if position.value is None:
        return Q(**{f"api_id__{'lt' if descending else 'gt'}": position.api_id})
    compare = LessThan if descending else GreaterThan
    return compare(_pair(order.name, "api_id"), _pair(*_values(order, position)))


def _values(order: Order, position: Position) -> tuple[Value, Value]:
    return Value(position.value, output_field=order.field), Value(position.api_id, BigIntegerField())


def _pair(*parts: Any) -> Func:
    # PostgreSQL compares ROW(a, b) with ROW(c, d) by a, then b, and finds the place in an index on (a, b).
    return Func(*parts, function="ROW", output_field=TextField())
