"""What a template needs to show one page of a list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any
from urllib.parse import quote, urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from arportal.desk.lists import column_chooser, counting, keyset
from arportal.desk.lists.filters import FILTERS, PANEL
from arportal.desk.lists.list_query import ListQuery
from arportal.desk.lists.lists import List, viewer_of
from arportal.desk.lists.tables import Table, Viewer
from arportal.desk.models import SavedView
from arportal.desk.site.links import download_link, link
from arportal.stores.access import may

VIEWS = "views"
# The id of an element that htmx asks for → its template.
FRAGMENTS = {"list": "lists/_list.html", "panel": "lists/_panel.html"}


@dataclass(frozen=True, slots=True)
class Opener:
    """A button that opens a panel above the list."""

    panel: str
    words: str
    icon: str
    url: str


class ListPage(ListQuery):
    """Each query runs once, when first needed; `rows` narrows the list to a part of it."""

    def __init__(
        self, declared: List, data: QueryDict, viewer: Viewer, rows: QuerySet[Any] | None = None
    ) -> None:
        super().__init__(declared, data, viewer, rows)
        self.is_whole = bool(declared.name) and rows is None
        self.slice = self._slice()
        self.prepare(self.slice.rows)
        self.table = Table.for_viewer(self.chooser.shown, self._leaving_a_trail(), declared.pick)

    @property
    def status(self) -> int:
        return 422 if self.problems else 200

    @property
    def head(self) -> SafeString:
        return self.table.head(self.sorted_by, lambda sort: f"?{self.address(sort=sort)}")

    @property
    def body(self) -> SafeString:
        return self.table.body(self.slice.rows)

    @property
    def sums(self) -> SafeString:
        return self.table.sums(self.counted.sums)

    @cached_property
    def chips(self) -> list[Any]:
        return list(self.filter.chips(partial(self.address, sort=self.given_sort)))

    @cached_property
    def counted(self) -> counting.Counted:
        to_the_end = self.data.get("totals") == "all"
        return counting.count(self.matching, self.chooser.shown, to_the_end=to_the_end)

    @property
    def first_url(self) -> str:
        return f"?{self.query}"

    @property
    def previous_url(self) -> str:
        return self._turn("before", 0) if self.slice.has_previous and self.slice.rows else ""

    @property
    def next_url(self) -> str:
        return self._turn("after", -1) if self.slice.has_next and self.slice.rows else ""

    @property
    def totals_url(self) -> str:
        """Where all matching rows are summed up, however many they are."""
        return f"?{self.address(sort=self.given_sort, **self._place, totals='all')}"

    @property
    def _place(self) -> dict[str, str]:
        return {name: str(self.data[name]) for name in ("after", "before") if name in self.data}

    def _leaving_a_trail(self) -> Viewer:
        """Links to the rows' own pages say where they were followed."""
        if not self.is_whole:
            return self.viewer
        came_from = self.address(sort=self.given_sort, **self._place)
        return replace(self.viewer, trail=f"?from={quote(came_from, safe='')}")

    def _slice(self) -> keyset.Slice:
        size = self.declared.size
        after, before = self.data.get("after"), self.data.get("before")
        try:
            if before:
                return self.before(self.order.position(before), size)
            return self.after(self.order.position(after) if after else None, size)
        except keyset.BadCursor:
            self.problems.append(_("That page address is no longer valid: this is the first page."))
            return self.after(None, size)

    def _turn(self, direction: str, row: int) -> str:
        cursor = self.order.cursor(self.slice.rows[row])
        return f"?{self.address(sort=self.given_sort, **{direction: cursor})}"

    @property
    def slug(self) -> str:
        return self.viewer.slug

    @property
    def panel(self) -> str:
        """Which panel is open, if any."""
        asked = self.data.get(PANEL, "")
        return asked if asked in (FILTERS, column_chooser.PANEL, VIEWS) else ""

    @property
    def panels(self) -> Iterator[Opener]:
        """The panels there are."""
        if self.filter.panel:
            yield self._opener(FILTERS, _("More filters"), "sliders-horizontal")
        if self.is_whole:
            yield self._opener(column_chooser.PANEL, _("Columns"), "columns-3")
            yield self._opener(VIEWS, _("Views"), "bookmark")

    def _opener(self, panel: str, words: str, icon: str) -> Opener:
        return Opener(panel, words, icon, f"?{self.address(sort=self.given_sort, **{PANEL: panel})}")

    @property
    def hidden_fields(self) -> list[tuple[str, str]]:
        """What the filters in the closed panel say, as name and value: the form must not lose it."""
        return [] if self.filter.is_open else self.filter.hidden_fields

    @cached_property
    def views(self) -> list[SavedView]:
        saved = SavedView.objects.visible_to(self.viewer.actor).filter(of=self.declared.name)
        return list(saved.order_by("name"))

    @property
    def save_url(self) -> str:
        return (
            f"{link('saved_views', self.slug)}?{urlencode({'of': self.declared.name, 'query': self.query})}"
        )

    @property
    def csv_url(self) -> str:
        return download_link(self.declared.name, self.slug, "csv")

    @property
    def xlsx_url(self) -> str:
        return download_link(self.declared.name, self.slug, "xlsx")

    @property
    def now(self) -> dt.datetime:
        """Printed lists say when their figures were read."""
        return timezone.now()

    @property
    def picks(self) -> bool:
        """Whether rows can be selected over many pages, and there is something to do with them."""
        return self.is_whole and self.table.pick is not None and bool(self.exports or self.actions)

    @property
    def picked_sums(self) -> list[tuple[str, Any]]:
        """What all matching rows sum up to, as far as it is known: names and amounts."""
        adds = self.table.pick.adds if self.table.pick else None
        return (
            [figure for each in self.counted.sums for figure in each.figures.get(adds.key, ())]
            if adds
            else []
        )

    @property
    def exports(self) -> bool:
        return self.is_whole and self.declared.exports

    @cached_property
    def actions(self) -> list[Any]:
        return [action for action in self.declared.actions if may(self.viewer.actor, action.needs)]

    @property
    def has_totals(self) -> bool:
        return any(column.totals for column in self.chooser.shown)


def list_page(declared: List, request: Any, rows: QuerySet[Any] | None = None) -> ListPage:
    """One page of the list as the address asks for it; `rows` narrows it to part of the list."""
    return ListPage(declared, request.GET, viewer_of(request), rows)


def answer(request: HttpRequest, template: str, listed: ListPage, **more: Any) -> HttpResponse:
    """The whole page, or for htmx the list or its panel alone: the page includes the same fragments."""
    htmx: Any = request.htmx  # type: ignore[attr-defined]  # set by django_htmx's middleware
    target = htmx.target if htmx and not htmx.history_restore_request else ""
    chosen = FRAGMENTS.get(target or "", template)
    response = render(request, chosen, {"list": listed, **more}, status=listed.status)
    response["Vary"] = "HX-Request, HX-Target"
    return response
