"""The parts of every list: window, order, keyword search, and the envelope with its pagination."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import CharField, F, Model, Q, QuerySet
from django.db.models.functions import Cast
from django.db.models.lookups import IContains
from rest_framework.request import Request
from rest_framework.response import Response

from arportal.sandbox.requests import clock, params, quirks, refusals

Row = TypeVar("Row", bound=Model)
Present = Callable[[Any], dict[str, Any]]


@dataclass(frozen=True)
class Window:
    limit: int
    offset: int


def window(request: Request, maximum: int | None = 250) -> Window:
    """limit 10 unless told; above the maximum 413 (contract 2.5); unreadable values are ignored."""
    limit = params.number(request, "limit") or 10
    if maximum is not None and limit > maximum:
        raise refusals.plain(413, "`limit` exceeded the maximum")
    offset = params.number(request, "offset") or 0
    return Window(limit=limit if limit > 0 else 10, offset=max(offset, 0))


def ordered(rows: QuerySet[Row], request: Request, columns: Mapping[str, str], default: str) -> QuerySet[Row]:
    """Newest first unless orderBy says ASC; ties by id, so that pages do not overlap."""
    column = columns.get(params.text(request, "sortBy"), columns[default])
    sign = "" if params.text(request, "orderBy").upper() == "ASC" else "-"
    return rows.order_by(f"{sign}{column}", f"{sign}pk")


def searched(rows: QuerySet[Row], request: Request, columns: Mapping[str, str]) -> QuerySet[Row]:
    """q is contained, in any case, in the searchBy field or in any of them (rule 40)."""
    keyword = params.text(request, "q")
    if not keyword:
        return rows
    chosen = columns.get(params.text(request, "searchBy"))
    # As texts, or a keyword that is no number would be an error in a column of numbers.
    names = [chosen] if chosen else columns.values()
    contains = [IContains(Cast(F(name), CharField()), keyword) for name in names]
    return rows.filter(Q(*contains, _connector=Q.OR))


def indexed(rows: QuerySet[Row], request: Request) -> QuerySet[Row]:
    """Hides what the search index has not seen yet (rule 41, and the fault stale_index)."""
    delay = max(quirks.seconds("index_delay_s"), float(request.META.get(quirks.DELAY_OF_ONE_REQUEST, 0)))
    return rows.filter(born__lte=clock.now() - delay) if delay else rows


def page(
    rows: QuerySet[Row],
    request: Request,
    present: Present,
    *,
    maximum: int | None = 250,
    message: str = "SUCCESS",
) -> Response:
    view = window(request, maximum)
    rows = indexed(rows, request)
    # SQLite knows no larger number.
    end = min(view.offset + view.limit, params.BIGGEST)
    data = [present(row) for row in rows[view.offset : end]]
    pagination = {"totalCount": rows.count(), "limit": view.limit, "offset": view.offset}
    return Response({"code": 200, "data": data, "meta": {"message": message, "pagination": pagination}})
