"""Lists and single things, declared: a list of the desk gives rows, filters and orders, a serializer the fields."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from arportal.desk.lists import keyset
from arportal.desk.lists.lists import List, ListQuery
from arportal.desk.lists.tables import Viewer
from arportal.documents.tables import csv_pieces
from arportal.rest import etags
from arportal.rest.fields import Amount, RowSerializer
from arportal.rest.problems import Problem
from arportal.rest.views import CSV, StoreView, whole_number
from arportal.stores.activity import Kind, record
from arportal.stores.models import Membership

SIZE, MOST = 100, 500
ROWS_AT_A_TIME = 2_000
LONGEST_QUERY = 2_000
PAGING = frozenset({"after", "limit", "sort", "fields"})
# Beside the filters of the page: of one company, and what has changed since a moment.
COMPANY, SINCE = "company_id", "updated_since"


@dataclass(frozen=True)
class Resource:
    """`name` is its part of the address, `one` names one of its rows. `snapshot(actor, row)` is what a change of the
    row must still find so. `prepare` adds to rows what the serializer needs from elsewhere, in a fixed number of
    queries. `defaults` are values of filters that an address does not name."""

    name: str
    one: str
    declared: List
    serializer: type[RowSerializer]
    snapshot: Callable[[Membership, Any], Any] | None = None
    prepare: Callable[[Sequence[Any], Viewer], None] | None = None
    defaults: Mapping[str, str] = field(default_factory=dict)

    @property
    def model(self) -> Any:
        return self.declared.filter._meta.model

    @property
    def filters(self) -> Mapping[str, Any]:
        filters: Mapping[str, Any] = self.declared.filter.base_filters
        return filters

    @property
    def more_filters(self) -> list[str]:
        """Those of COMPANY and SINCE that its rows have, and the page's filter has not."""
        names = {each.name for each in self.model._meta.concrete_fields}
        fields = {COMPANY: COMPANY, SINCE: "updated_at"}
        return [name for name, column in fields.items() if column in names and name not in self.filters]

    @property
    def sorts(self) -> list[str]:
        """The values of `sort`: a column, or the reverse of its order."""
        columns = [column.key for column in self.declared.columns if column.sort]
        return [f"{sign}{key}" for key in columns for sign in ("", "-")]


class ResourceView(StoreView):
    resource: ClassVar[Resource]

    @cached_property
    def viewer(self) -> Viewer:
        return Viewer(self.actor, self.store.today(timezone.now()))

    def serializer(self) -> RowSerializer:
        """The serializer, with the fields that the address asks for."""
        serializer = self.resource.serializer(context={"viewer": self.viewer})
        if names := self.request.GET.get("fields", "").replace(",", " ").split():
            serializer.choose(names)
        return serializer

    def prepare(self, rows: Sequence[Any]) -> None:
        if self.resource.prepare is not None:
            self.resource.prepare(rows, self.viewer)


class ListView(ResourceView):
    """The rows that match, a page at a time as JSON; with `Accept: text/csv` all of them."""

    def check_parameters(self) -> None:
        """Left to the query: what a list may be asked depends on the filter of who asks."""

    def get(self, request: Any, **_ids: Any) -> HttpResponseBase:
        query = self._query()
        serializer = self.serializer()
        names = {query.declared.id_field, *serializer.columns(self.resource.model)}
        if query.order.expression is None:
            names.add(query.order.name)
        if query.order.own_currency:
            names.add("currency")
        if CSV in request.headers.get("Accept", ""):
            return self._csv(query.order.all_of(query.matching.only(*names)), serializer)
        limit = whole_number(request.GET, "limit", SIZE, MOST)
        rows = query.filtered.only(*names)
        part = keyset.after(rows, query.order, self._position(query), limit, query.filter.search)
        self.prepare(part.rows)
        data = [serializer.to_representation(row) for row in part.rows]
        return self.answer({"data": data, "next": self._next(query, part)})

    def _query(self) -> ListQuery:
        """Raises Problem for what the address asks and this list does not know."""
        resource, viewer = self.resource, self.viewer
        data = self.request.GET.copy()
        for name, value in resource.defaults.items():
            data.setdefault(name, value)
        query = ListQuery(resource.declared, data, viewer, self._narrowed())
        known = {*PAGING, *resource.more_filters, *resource.filters, *query.filter.filters}
        words = _("This list has no parameter of that name.")
        errors: dict[str, list[str]] = {name: [words] for name in self.request.GET if name not in known}
        for name, reasons in query.filter.form.errors.items():
            errors[name] = [str(reason) for reason in reasons]
        if query.problems and not errors:
            errors = {"sort": query.problems}
        if errors:
            raise Problem(400, "invalid-query", _("This list cannot be asked so."), errors)
        return query

    def _narrowed(self) -> QuerySet[Model]:
        rows, asked = self.resource.declared.rows(self.actor), self.request.GET
        more = self.resource.more_filters
        if COMPANY in more and asked.get(COMPANY):
            rows = rows.filter(company_id=whole_number(asked, COMPANY, 0, 2**63 - 1))
        if SINCE in more and asked.get(SINCE):
            rows = rows.filter(updated_at__gte=moment_in(asked, SINCE))
        return rows

    def _position(self, query: ListQuery) -> keyset.Position | None:
        cursor = self.request.GET.get("after", "")
        try:
            position: keyset.Position | None = query.order.position(cursor) if cursor else None
        except keyset.BadCursor:
            words = _("This cursor is of another order, or not one of ours.")
            raise Problem(400, "bad-cursor", words, {"after": [words]}) from None
        return position

    def _next(self, query: ListQuery, part: keyset.Slice) -> str | None:
        """The address of the page behind this one."""
        if not part.has_next or not part.rows:
            return None
        address: QueryDict = self.request.GET.copy()
        address["after"] = query.order.cursor(part.rows[-1])
        return f"{self.request.path}?{address.urlencode()}"

    def _csv(self, rows: QuerySet[Model], serializer: RowSerializer) -> StreamingHttpResponse:
        amounts = {name for name, each in serializer.fields.items() if isinstance(each, Amount)}

        def lines() -> Iterator[list[Any]]:
            cursor = rows.iterator(chunk_size=ROWS_AT_A_TIME)
            while part := list(islice(cursor, ROWS_AT_A_TIME)):
                self.prepare(part)
                for row in part:
                    values = serializer.to_representation(row).items()
                    yield [cell(value, is_amount=name in amounts) for name, value in values]

        query = self.request.GET.urlencode()[:LONGEST_QUERY]
        details = {"address": self.request.path, "query": query}
        record(self.actor, Kind.EXPORT, f"{self.resource.name}.csv", details=details)
        pieces = csv_pieces(list(serializer.fields), lines())
        return StreamingHttpResponse(pieces, content_type=f"{CSV}; charset=utf-8")


class OneView(ResourceView):
    """One thing, with the ETag that a change of it has to send as If-Match."""

    parameters = frozenset({"fields"})

    def get(self, request: Any, **ids: Any) -> HttpResponse:
        resource = self.resource
        row: Any = resource.declared.rows(self.actor).get((resource.declared.id_field, ids["id"]))
        self.prepare([row])
        snapshot = ""
        if resource.snapshot is not None:
            snapshot = etags.sealed(resource.one, row.api_id, resource.snapshot(self.actor, row))
        return self.answer(self.serializer().to_representation(row), snapshot=snapshot)


def cell(value: Any, *, is_amount: bool) -> Any:
    """A value of JSON as a table has it."""
    if is_amount and value is not None:
        return Decimal(value)
    if isinstance(value, list | dict):
        return "; ".join(str(part) for part in value)
    return value


def moment_in(values: Any, name: str) -> dt.datetime:
    """A parameter that is a moment with its zone. Raises Problem."""
    try:
        moment = parse_datetime(values.get(name, "").replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 1970 <= moment.year <= 2200:
        words = _("Give a moment with its zone, such as 2026-11-29T08:00:00Z.")
        raise Problem(400, "invalid-query", words, {name: [words]})
    # PostgreSQL knows no zone as far off as ISO 8601 allows.
    return moment.astimezone(dt.UTC)
