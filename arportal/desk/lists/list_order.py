"""The order of a list, and a row's place in it, which the address of the next page names."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import Case, F, Field, Model, QuerySet, TextField, Value, When
from django.db.models.lookups import IsNull


class BadCursor(Exception):
    """A page address that we did not make, or made for another order of the list."""


@dataclass(frozen=True)
class Order:
    """An order of rows by one field, then by their id.

    `field` must be of the listed model itself; or it is a field of no model that says of what type the `expression`
    is that rows are ordered by, and have under the name `computed`.
    """

    field: Field[Any, Any]
    descending: bool
    expression: Any = None
    computed: str = ""
    # For amounts of money: the store's own currency. The listed model must have a field `currency`.
    own_currency: str = ""
    # The field by which rows are told apart whose values are equal.
    id_field: str = "api_id"

    @property
    def name(self) -> str:
        return self.computed or self.field.name

    @property
    def annotations(self) -> dict[str, Any]:
        """The expression under its name, with which rows have to be annotated before they can be ordered so."""
        return {} if self.expression is None else {self.name: self.expression}

    def at(self, row: Any) -> Position:
        """The row's place in this order."""
        currency = row.currency if self.own_currency else ""
        return Position(getattr(row, self.name), row.api_id, currency)

    def cursor(self, row: Any) -> str:
        """The row's place as an address carries it, signed."""
        place = self.at(row)
        value = place.value
        if isinstance(value, dt.datetime):
            value = value.isoformat()
        elif value is not None:
            value = str(value)
        return signing.dumps([value, place.api_id, place.currency], salt=self._salt)

    def position(self, cursor: str) -> Position:
        """The place that `cursor` wrote. Raises BadCursor."""
        try:
            text, api_id, currency = signing.loads(cursor, salt=self._salt)
        except signing.BadSignature as broken:
            raise BadCursor from broken
        return Position(self.field.to_python(text), api_id, currency)

    def all_of(self, rows: QuerySet[Model]) -> QuerySet[Model]:
        """The rows in this order, in one go; for a list that is read to its end."""
        value, last = F(self.name).asc(nulls_last=True), self.id_field
        if self.descending:
            value, last = F(self.name).desc(nulls_last=True), f"-{self.id_field}"
        annotated: QuerySet[Model] = rows.annotate(**self.annotations)
        return annotated.order_by(*self.currency_sortings, value, last)

    @property
    def currency_sortings(self) -> list[Any]:
        """The expressions that order amounts by currency before anything else: the store's own first, and none for
        rows without a value."""
        if not self.own_currency:
            return []
        without = IsNull(F(self.name), True)
        group = Case(When(without, then=2), When(currency=self.own_currency, then=0), default=1)
        return [group, Case(When(without, then=Value("")), default=F("currency"), output_field=TextField())]

    @property
    def _salt(self) -> str:
        return f"{self.computed or self.field}{self.own_currency}{'-' if self.descending else '+'}"


@dataclass(frozen=True)
class Position:
    """A row's place in an order. `currency` is "" where rows are not told apart by it."""

    value: Any
    api_id: int
    currency: str = ""
