"""A list as a file: exactly the rows that match, or that are selected, with the columns that are shown."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import closing
from decimal import Decimal
from itertools import islice
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.desk.lists import selection
from arportal.desk.lists.lists import List, ListQuery
from arportal.desk.lists.tables import Column, Kind
from arportal.desk.site.files import CSV, XLSX, table_sent
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, View, page
from arportal.documents.tables import Plain
from arportal.stores.access import Permission

ROWS_AT_A_TIME = 2_000


def of(declared: List, permission: Permission = Permission.READ) -> View:
    """The view that sends the list as a file, for one line in desk/urls.py: `invoices/export.<str:kind>`.

    By GET it sends what the query of the list matches, by POST what is selected.
    """

    @page(permission, methods=("GET", "POST"))
    def download(request: DeskRequest, kind: str) -> HttpResponseBase:
        if kind not in (CSV, XLSX):
            return HttpResponse(_("Lists can be had as CSV or XLSX."), status=404, content_type="text/plain")
        try:
            sheet = Sheet(selection.list_query(declared, request))
        except selection.NotChosen as nothing:
            query = request.GET.urlencode()
            if request.method == "POST":
                # By GET the list says itself what is wrong with its address.
                messages.error(request, str(nothing))
                query = request.POST.get("query", "")
            return HttpResponseRedirect(f"{link(declared.name, request.store.slug)}?{query}")
        title = str(declared.caption)
        name = f"{title} {request.store.today(timezone.now())}"
        return table_sent(kind, title, name, sheet.headers, sheet.rows())

    return download


class Sheet:
    """Headers and rows of plain values. Amounts are numbers; their currency stands in a column of its own,
    before the first of them."""

    def __init__(self, list_query: ListQuery) -> None:
        self.list_query, self.viewer = list_query, list_query.viewer
        self.columns: Sequence[Column[Any]] = [
            column for column in list_query.chooser.shown if column.exported
        ]
        self.first_money = next((column for column in self.columns if column.kind is Kind.MONEY), None)

    @property
    def headers(self) -> list[str]:
        headers = []
        for column in self.columns:
            if column is self.first_money:
                headers.append(_("Currency"))
            headers.append(str(column.label))
        return headers

    def rows(self) -> Iterator[list[Plain]]:
        """The rows, read a few at a time through one cursor of the server, so that all are of one moment."""
        split = self.list_query.declared.split
        cursor: Any = self.list_query.ordered.iterator(chunk_size=ROWS_AT_A_TIME)
        # The cursor is closed before its transaction ends, also when whoever downloads goes away.
        with transaction.atomic(), closing(cursor) as rows:
            while part := list(islice(rows, ROWS_AT_A_TIME)):
                self.list_query.prepare(part)
                for row in part:
                    for line in split(row) if split else (row,):
                        yield self._values(line)

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
                # The currency's decimals; more only where rounding would hide something.
                rounded = value.quantized().amount
                return rounded if rounded == value.amount else value.amount.normalize()
            case dt.datetime():
                return value.astimezone(self.viewer.format.zone).replace(tzinfo=None)
            case None | int() | Decimal() | dt.date():
                return value
        return str(value)
