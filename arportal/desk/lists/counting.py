"""The number of rows that match, and what they sum up to in each currency: one query, and never more than a cap of
rows unless somebody asks for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arportal.b2b import Money
from arportal.desk.format.formats import formatter
from arportal.desk.lists.tables import Column, Total

COUNT_CAP = 10_000
LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Sum:
    """The rows of one currency. `figures` has, for each column that is summed up, names and amounts; a column's
    only figure may have the name ""."""

    currency: str
    count: int
    figures: Mapping[str, Sequence[tuple[str, Money]]]

    @classmethod
    def of(
        cls, currency: str, count: int, amounts: Sequence[Any], summed: Sequence[tuple[str, Total]]
    ) -> Self:
        """The sums as the query answers them, in the order of `summed`; NULL where no row is summed up."""
        figures: dict[str, list[tuple[str, Money]]] = {}
        for (key, total), amount in zip(summed, amounts, strict=True):
            if amount is not None:
                figures.setdefault(key, []).append((str(total.label), Money(amount, currency)))
        return cls(currency, count, figures)


@dataclass(frozen=True, slots=True)
class Counted:
    """The number of rows with their sums. `is_capped`: there are more rows than were counted, and no sums."""

    count: int
    is_capped: bool
    sums: Sequence[Sum] = field(default_factory=tuple)

    @property
    def words(self) -> str:
        """`1,200 rows`, or `10,000+ rows`: counting a million rows would cost more than showing fifty."""
        if self.is_capped:
            return _("%(number)s+ rows") % {"number": formatter().number(COUNT_CAP)}
        return ngettext("%(number)s row", "%(number)s rows", self.count) % {
            "number": formatter().number(self.count)
        }


def count(rows: QuerySet[Model], columns: Sequence[Column[Any]], *, to_the_end: bool = False) -> Counted:
    """Counts `rows` and sums up those `columns` that have totals, whose rows must have a `currency`."""
    summed = [(column.key, total) for column in columns for total in column.totals]
    cap = None if to_the_end else COUNT_CAP + 1
    sums: list[Sum] = []
    if not summed:
        number = rows.order_by().values("pk")[:cap].count()
    else:
        try:
            query, values = _query(rows.order_by(), summed, cap)
        except EmptyResultSet:
            return Counted(0, is_capped=False)
        with connections[rows.db].cursor() as cursor:
            cursor.execute(query, values)
            (_none, number, *_nothing), *by_currency = cursor.fetchall()
        sums = [Sum.of(currency, rows_in, amounts, summed) for currency, rows_in, *amounts in by_currency]
    if number > COUNT_CAP and not to_the_end:
        return Counted(COUNT_CAP, is_capped=True)
    return Counted(number, is_capped=False, sums=sums)


def count_each(querysets: Sequence[QuerySet[Model]]) -> list[int]:
    """The number of rows of each, or one more than the cap: one query for all. Django would ask for each by itself,
    and wrap it anew, which takes longer than the counting."""
    parts: list[str] = []
    values: list[Any] = []
    for rows in querysets:
        try:
            query, more = rows.order_by().values("pk")[: COUNT_CAP + 1].query.sql_with_params()
        except EmptyResultSet:
            parts.append("0")
        else:
            parts.append(f"(SELECT count(*) FROM ({query}) AS capped)")  # noqa: S608 - Django's own, values apart
            values += more
    with connections[querysets[0].db].cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return list(cursor.fetchone())


def _query(
    rows: QuerySet[Model], summed: Sequence[tuple[str, Total]], cap: int | None
) -> tuple[str, list[Any]]:
    """The SQL, and its values, of a row with the count, then one a currency, the largest number of rows first.

    Written by hand: Django has no GROUP BY over a query that is cut off. Above the cap nothing is summed, so that
    the count reads an index and no row.
    """
    counted, values = rows.values("pk")[:cap].query.sql_with_params()
    fields = {f"sum_{number}": total.expression for number, (_key, total) in enumerate(summed)}
    matching, more = rows.values("currency", **fields)[:cap].query.sql_with_params()
    sums, nothing = ", ".join(f"sum({name})" for name in fields), ", ".join("NULL::numeric" for _ in fields)
    query = (
        f"WITH counted AS MATERIALIZED (SELECT count(*) AS n FROM ({counted}) AS capped) "  # noqa: S608
        f"SELECT NULL AS currency, n, {nothing} FROM counted "
        f"UNION ALL (SELECT currency, count(*), {sums} FROM ({matching}) AS matching "
        "WHERE (SELECT n FROM counted) <= %s GROUP BY currency ORDER BY 2 DESC, 1)"
    )
    return query, [*values, *more, COUNT_CAP if cap else LARGEST]
