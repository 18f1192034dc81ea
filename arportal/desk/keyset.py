"""Paging by the last row seen, never by OFFSET: the thousandth page costs what the first one does.

Rows are ordered by one field, then by api_id. Rows without a value in that field come last in both
directions; they are a stretch of their own, so that each query stays a plain range of an index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import BigIntegerField, Field, Func, Model, Q, QuerySet, TextField, Value
from django.db.models.lookups import GreaterThan, LessThan


class BadCursor(Exception):
    """A page address that we did not make, or made for another order of the list."""


@dataclass(frozen=True)
class Order:
    """`field` must be of the listed model itself, which must have `api_id`; or it says the type and name of the
    `expression` to order by."""

    field: Field[Any, Any]
    descending: bool
    expression: Any = None

    def cursor(self, row: Model) -> str:
        value = self.field.value_from_object(row)
        text = None if value is None else self.field.value_to_string(row)
        return signing.dumps([text, row.api_id], salt=self._salt)  # type: ignore[attr-defined]  # see class

    def position(self, cursor: str) -> Position:
        try:
            text, api_id = signing.loads(cursor, salt=self._salt)
        except signing.BadSignature as broken:
            raise BadCursor from broken
        return Position(self.field.to_python(text), api_id)

    @property
    def _salt(self) -> str:
        return f"{self.field}{'-' if self.descending else '+'}"


@dataclass(frozen=True)
class Position:
    value: Any
    api_id: int


@dataclass(frozen=True)
class Slice:
    rows: Sequence[Any]
    has_previous: bool
    has_next: bool


def after(rows: QuerySet[Any], order: Order, position: Position | None, size: int) -> Slice:
    """The `size` rows that follow the position; from the start without one."""
    found = _walk(rows, order, position, backwards=False, limit=size + 1)
    return Slice(found[:size], has_previous=position is not None, has_next=len(found) > size)


def before(rows: QuerySet[Any], order: Order, position: Position, size: int) -> Slice:
    """The `size` rows that lead up to the position, in the list's order."""
    found = _walk(rows, order, position, backwards=True, limit=size + 1)
    return Slice(found[:size][::-1], has_previous=len(found) > size, has_next=True)


def _walk(
    rows: QuerySet[Any], order: Order, position: Position | None, *, backwards: bool, limit: int
) -> list[Any]:
    descending = order.descending != backwards
    if order.expression is not None:
        rows = rows.annotate(**{order.field.name: order.expression})
    stretches = [False, True] if order.field.null else [False]
    if backwards:
        stretches.reverse()
    if position is not None:
        stretches = stretches[stretches.index(position.value is None) :]
    found: list[Any] = []
    for nulls in stretches:
        part = rows.filter(**{f"{order.field.name}__isnull": nulls}) if order.field.null else rows
        if position is not None and (position.value is None) == nulls:
            part = part.filter(_beyond(order, position, descending))
        names = ["api_id"] if nulls else [order.field.name, "api_id"]
        part = part.order_by(*(f"-{name}" if descending else name for name in names))
        found += part[: limit - len(found)]
        if len(found) == limit:
            break
    return found


def _beyond(order: Order, position: Position, descending: bool) -> Q | GreaterThan | LessThan:
    if position.value is None:
        return Q(**{f"api_id__{'lt' if descending else 'gt'}": position.api_id})
    compare = LessThan if descending else GreaterThan
    return compare(_pair(order.field.name, "api_id"), _pair(*_values(order, position)))


def _values(order: Order, position: Position) -> tuple[Value, Value]:
    return Value(position.value, output_field=order.field), Value(position.api_id, BigIntegerField())


def _pair(*parts: Any) -> Func:
    # PostgreSQL compares ROW(a, b) with ROW(c, d) by a, then b, and finds the place in an index on (a, b).
    return Func(*parts, function="ROW", output_field=TextField())
