"""A list as a file: exactly the rows that match, or that are selected, with the columns that are shown."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import closing
from decimal import Decimal
from itertools import islice
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import (
    FileResponse,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.desk.lists import selection
from arportal.desk.lists.list_query import ListQuery
from arportal.desk.lists.lists import List, viewer_of
from arportal.desk.lists.tables import Column, Kind
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, View, page
from arportal.documents.tables import Plain, csv_pieces, workbook
from arportal.stores.access import Permission

CSV, XLSX = "csv", "xlsx"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_AT_A_TIME = 2_000


def of(declared: List, permission: Permission = Permission.READ) -> View:
    """The view that sends the list as a file, for one line in desk/urls.py: `invoices/export.<str:kind>`.

    By GET what the query of the list matches, by POST what is selected.
    """

    @page(permission, methods=("GET", "POST"))
    def download(request: DeskRequest, kind: str) -> HttpResponseBase:
        if kind not in (CSV, XLSX):
            return HttpResponse(_("Lists can be had as CSV or XLSX."), status=404, content_type="text/plain")
        try:
            list_query = _asked(declared, request)
        except selection.NotChosen as nothing:
            messages.error(request, str(nothing))
            return _back(declared, request, request.POST.get("query", ""))
        if list_query.problems:
            # The list says what is wrong with its address.
            return _back(declared, request, request.GET.urlencode())
        return _file(list_query, kind, f"{declared.caption} {request.store.today(timezone.now())}.{kind}")

    return download


def _asked(declared: List, request: DeskRequest) -> ListQuery:
    if request.method == "POST":
        return selection.list_query(declared, request)
    return ListQuery(declared, request.GET, viewer_of(request))


def _back(declared: List, request: DeskRequest, query: str) -> HttpResponse:
    return HttpResponseRedirect(f"{link(declared.name, request.store.slug)}?{query}")


def _file(list_query: ListQuery, kind: str, name: str) -> HttpResponseBase:
    sheet = Sheet(list_query)
    if kind == CSV:
        pieces = csv_pieces(sheet.headers, sheet.rows())
        response: HttpResponseBase = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    else:
        file = workbook(str(list_query.declared.caption), sheet.headers, sheet.rows())
        response = FileResponse(file, content_type=XLSX_TYPE)
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


class Sheet:
    """Headers and rows of plain values. Amounts are numbers; their currency stands in a column of its own,
    before the first of them."""

    def __init__(self, list_query: ListQuery) -> None:
        self.list_query, self.viewer = list_query, list_query.viewer
        self.columns: Sequence[Column[Any]] = [each for each in list_query.chooser.shown if each.exported]
        self.first_money = next((each for each in self.columns if each.kind is Kind.MONEY), None)

    @property
    def headers(self) -> list[str]:
        words = ((column, str(column.label)) for column in self.columns)
        return [
            word
            for column, label in words
            for word in ((_("Currency"), label) if column is self.first_money else (label,))
        ]

    def rows(self) -> Iterator[list[Plain]]:
        """Read through one cursor of the server, so that they are those of one moment, and few at a time."""
        # The cursor is closed before its transaction ends, also when whoever downloads goes away.
        found: Any = self.list_query.ordered.iterator(chunk_size=ROWS_AT_A_TIME)
        with transaction.atomic(), closing(found) as rows:
            while part := list(islice(rows, ROWS_AT_A_TIME)):
                self.list_query.prepare(part)
                for row in part:
                    yield self._values(row)

    def _values(self, row: Any) -> list[Plain]:
        values: list[Plain] = []
        for column in self.columns:
            value = column.value(row, self.viewer)
            if column is self.first_money:
                values.append(value.currency if isinstance(value, Money) else None)
            values.append(self._plain(value))
        return values

    def _plain(self, value: Any) -> Plain:
        match value:
            case Money():
                return _amount(value)
            case dt.datetime():
                return value.astimezone(self.viewer.format.zone).replace(tzinfo=None)
            case None | int() | Decimal() | dt.date():
                return value
        return str(value)


def _amount(money: Money) -> Decimal:
    """With the currency's decimals; more only where rounding would hide something."""
    rounded = money.quantized().amount
    return rounded if rounded == money.amount else money.amount.normalize()
