"""Lists, declared in about ten lines: columns, filter, rows and order, for page, fragment and export alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arportal.desk import keyset
from arportal.desk.filters import ListFilter
from arportal.desk.formats import writer
from arportal.desk.tables import Column, Pick, Seen, Table

COUNT_CAP = 10_000


@dataclass(frozen=True)
class List:
    """`rows(actor)` are all the rows this person may see; `sort` is a column's key, `-key` for the reverse."""

    columns: tuple[Column[Any], ...]
    filter: type[ListFilter]
    rows: Callable[[Any], QuerySet[Any]]
    sort: str
    caption: str | Promise
    empty: str | Promise
    # The fields that columns, `pick` and `prepare` read; no others are fetched.
    reads: tuple[str, ...]
    size: int = 50
    pick: Pick | None = None
    # Adds to the rows of one page what their columns need from elsewhere, in a fixed number of queries.
    prepare: Callable[[Sequence[Any], Seen], None] | None = None

    def page(self, request: Any, rows: QuerySet[Any] | None = None) -> "ListPage":
        """One page of the list as the address asks for it; `rows` narrows it to part of the list."""
        seen = seen_by(request)
        return ListPage(self, request, seen, self.rows(request.actor) if rows is None else rows)

    def order(self, sort: str) -> keyset.Order | None:
        """None for an order the list does not offer."""
        key = sort.removeprefix("-")
        for column in self.columns:
            if column.key == key and column.sort:
                model: Any = self.filter._meta.model
                return keyset.Order(model._meta.get_field(column.sort), sort.startswith("-"))
        return None


def seen_by(request: Any) -> Seen:
    return Seen(request.actor, request.store.start_of_day(timezone.now()), get_token(request))


class ListPage:
    """What a template needs to show one page of a list. Each query runs once, when first needed."""

    def __init__(self, declared: List, request: Any, seen: Seen, rows: QuerySet[Any]) -> None:
        self.declared, self.request = declared, request
        self.filter = declared.filter(request.GET, rows, seen=seen)
        self.table = Table.seen_by(declared.columns, seen, declared.pick)
        self.problems: list[str] = self.filter.problems()
        asked = request.GET.get("sort") or declared.sort
        order = declared.order(asked)
        if order is None:
            self.problems.append(_("This list has no order named “%(name)s”.") % {"name": asked[:40]})
        self.sorted_by = asked if order else declared.sort
        self._order: Any = order or declared.order(declared.sort)
        self.slice = self._slice()
        if declared.prepare is not None:
            declared.prepare(self.slice.rows, seen)

    @property
    def status(self) -> int:
        return 422 if self.problems else 200

    @cached_property
    def matching(self) -> QuerySet[Any]:
        """All rows that match, in no order; none while the filter cannot be understood."""
        rows: QuerySet[Any] = self.filter.qs if self.filter.is_valid() else self.filter.queryset.none()
        return rows

    @property
    def head(self) -> SafeString:
        return self.table.head(self.sorted_by, lambda sort: self._address(sort=sort))

    @property
    def body(self) -> SafeString:
        return self.table.body(self.slice.rows)

    @cached_property
    def chips(self) -> list[Any]:
        return list(self.filter.chips())

    @cached_property
    def count_words(self) -> str:
        """`1,200 rows`, or `10,000+ rows`: counting a million rows would cost more than showing fifty."""
        count = self.matching.order_by().values("pk")[: COUNT_CAP + 1].count()
        if count > COUNT_CAP:
            return _("%(number)s+ rows") % {"number": writer().number(COUNT_CAP)}
        return ngettext("%(number)s row", "%(number)s rows", count) % {"number": writer().number(count)}

    @property
    def first_url(self) -> str:
        return self._address(sort=self.request.GET.get("sort", ""))

    @property
    def previous_url(self) -> str:
        return self._turn("before", 0) if self.slice.has_previous and self.slice.rows else ""

    @property
    def next_url(self) -> str:
        return self._turn("after", -1) if self.slice.has_next and self.slice.rows else ""

    def _slice(self) -> keyset.Slice:
        rows = self.matching.only("api_id", *self.declared.reads)
        after, before = self.request.GET.get("after"), self.request.GET.get("before")
        try:
            if before:
                return keyset.before(rows, self._order, self._order.position(before), self.declared.size)
            position = self._order.position(after) if after else None
            return keyset.after(rows, self._order, position, self.declared.size)
        except keyset.BadCursor:
            self.problems.append(_("That page address is no longer valid: this is the first page."))
            return keyset.after(rows, self._order, None, self.declared.size)

    def _turn(self, direction: str, row: int) -> str:
        cursor = self._order.cursor(self.slice.rows[row])
        return self._address(sort=self.request.GET.get("sort", ""), **{direction: cursor})

    def _address(self, **more: str) -> str:
        query = self.filter.query()
        query.update({name: value for name, value in more.items() if value})
        return f"?{query.urlencode()}"


def answer(request: HttpRequest, template: str, listed: ListPage, **more: Any) -> HttpResponse:
    """The whole page, or for htmx the list alone: the page includes the same fragment."""
    htmx: Any = request.htmx  # type: ignore[attr-defined]  # set by django_htmx's middleware
    fragment = htmx and htmx.target == "list" and not htmx.history_restore_request
    chosen = "lists/_list.html" if fragment else template
    response = render(request, chosen, {"list": listed, **more}, status=listed.status)
    response["Vary"] = "HX-Request, HX-Target"
    return response
