"""How many rows match, and what they sum up to in each currency: one query, and never more than a cap of rows
unless somebody asks for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet
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


@dataclass(frozen=True, slots=True)
class Counted:
    """`is_capped` says that there are more rows than were counted: then there are no sums."""

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


def count(rows: QuerySet[Any], columns: Sequence[Column[Any]], *, to_the_end: bool = False) -> Counted:
    """Of `rows` in no order; sums of those `columns` that have totals, whose rows must have a `currency`."""
    summed = [(column.key, total) for column in columns for total in column.totals]
    cap = None if to_the_end else COUNT_CAP + 1
    if not summed:
        return _counted(rows.order_by().values("pk")[:cap].count(), (), to_the_end)
    try:
        query, values = _query(rows.order_by(), summed, cap)
    except EmptyResultSet:
        return Counted(0, is_capped=False)
    with connections[rows.db].cursor() as cursor:
        cursor.execute(query, values)
        (_none, found, *_nothing), *sums = cursor.fetchall()
    return _counted(found, [_sum(code, each, amounts, summed) for code, each, *amounts in sums], to_the_end)


def _counted(found: int, sums: Sequence[Sum], to_the_end: bool) -> Counted:
    if found > COUNT_CAP and not to_the_end:
        return Counted(COUNT_CAP, is_capped=True)
    return Counted(found, is_capped=False, sums=sums)


def _query(
    rows: QuerySet[Any], summed: Sequence[tuple[str, Total]], cap: int | None
) -> tuple[str, list[Any]]:
    """One row with the count, then one a currency, the largest number of rows first. By hand: Django has no
    GROUP BY over a query that is cut off. Above the cap nothing is summed, so that the count reads an index
    and no row."""
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


def _sum(currency: str, found: int, sums: Sequence[Any], summed: Sequence[tuple[str, Total]]) -> Sum:
    figures: dict[str, list[tuple[str, Money]]] = {}
    for (key, total), amount in zip(summed, sums, strict=True):
        if amount is not None:
            figures.setdefault(key, []).append((str(total.label), Money(amount, currency)))
    return Sum(currency, found, figures)
