"""One page of a list, with all that its template shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.desk.lists import column_chooser, counting, keyset
from arportal.desk.lists.filters import FILTERS, PANEL, Chip
from arportal.desk.lists.lists import Action, List, ListQuery, viewer_of
from arportal.desk.lists.tables import Table, Viewer
from arportal.desk.models import SavedView
from arportal.desk.site.links import download_link, link
from arportal.desk.site.pages import DeskRequest
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
    """The rows of one page, and the addresses of all that leads on from it. Each query runs once, when first needed;
    `rows` narrows the list to a part of it."""

    def __init__(
        self, declared: List, data: QueryDict, viewer: Viewer, rows: QuerySet[Model] | None = None
    ) -> None:
        super().__init__(declared, data, viewer, rows)
        self.is_whole = bool(declared.name) and rows is None
        after, before, size = data.get("after"), data.get("before"), declared.size
        try:
            if before:
                self.slice = self.before(self.order.position(before), size)
            else:
                self.slice = self.after(self.order.position(after) if after else None, size)
        except keyset.BadCursor:
            self.problems.append(_("That page address is no longer valid: this is the first page."))
            self.slice = self.after(None, size)
        self.prepare(self.slice.rows)
        if self.is_whole:
            # Links to the rows' own pages say where they were followed.
            viewer = viewer.coming_from(self.address(sort=self.given_sort, **self._place))
        self.table = Table.for_viewer(self.chooser.shown, viewer, declared.pick)

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
    def chips(self) -> list[Chip]:
        return list(self.filter.chips(lambda name: self.address(without=name, sort=self.given_sort)))

    @cached_property
    def counted(self) -> counting.Counted:
        to_the_end = self.data.get("totals") == "all"
        if self.declared.sums is None:
            return counting.count(self.matching, self.chooser.shown, to_the_end=to_the_end)
        counted = counting.count(self.matching, (), to_the_end=to_the_end)
        return counted if counted.is_capped else replace(counted, sums=self.declared.sums(self))

    @property
    def notes(self) -> Iterable[str]:
        return self.declared.notes(self) if self.declared.notes else ()

    @property
    def first_url(self) -> str:
        return f"?{self.query}"

    @property
    def previous_url(self) -> str:
        """The page before this one; "" on the first."""
        if not self.slice.has_previous or not self.slice.rows:
            return ""
        return f"?{self.address(sort=self.given_sort, before=self.order.cursor(self.slice.rows[0]))}"

    @property
    def next_url(self) -> str:
        """The page after this one; "" on the last."""
        if not self.slice.has_next or not self.slice.rows:
            return ""
        return f"?{self.address(sort=self.given_sort, after=self.order.cursor(self.slice.rows[-1]))}"

    @property
    def totals_url(self) -> str:
        """The address that sums up all matching rows, however many they are."""
        return f"?{self.address(sort=self.given_sort, **self._place, totals='all')}"

    @property
    def _place(self) -> dict[str, str]:
        return {name: str(self.data[name]) for name in ("after", "before") if name in self.data}

    @property
    def slug(self) -> str:
        return self.viewer.slug

    @property
    def panel(self) -> str:
        """The open panel; "" for none."""
        panel = self.data.get(PANEL, "")
        return panel if panel in (FILTERS, column_chooser.PANEL, VIEWS) else ""

    @property
    def panels(self) -> Iterator[Opener]:
        """The panels there are."""
        if self.filter.panel:
            yield self._opener(FILTERS, _("More filters"), "sliders-horizontal")
        if self.is_whole:
            yield self._opener(column_chooser.PANEL, _("Columns"), "columns-3")
            yield self._opener(VIEWS, _("Views"), "bookmark")

    def _opener(self, panel: str, words: str, icon: str) -> Opener:
        return Opener(panel, words, icon, f"?{self.address(sort=self.given_sort, panel=panel)}")

    @property
    def hidden_fields(self) -> list[tuple[str, str]]:
        """The filters in use of the closed panel, as name and value: the form must not lose them."""
        return [] if self.filter.is_open else self.filter.hidden_fields

    @cached_property
    def views(self) -> list[SavedView]:
        saved = SavedView.objects.visible_to(self.viewer.actor).filter(of=self.declared.name)
        return list(saved.order_by("name"))

    @property
    def save_url(self) -> str:
        """The page that saves this list's query as a view."""
        query = urlencode({"of": self.declared.name, "query": self.query})
        return f"{link('saved_views', self.slug)}?{query}"

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
        """True if rows can be selected over many pages, and there is something to do with them."""
        return self.is_whole and self.table.pick is not None and bool(self.exports or self.actions)

    @property
    def picked_sums(self) -> list[tuple[str, Money]]:
        """The sums of all matching rows, as far as they are known: names and amounts."""
        adds = self.table.pick.adds if self.table.pick else None
        if adds is None:
            return []
        return [figure for sums in self.counted.sums for figure in sums.figures.get(adds.key, ())]

    @property
    def exports(self) -> bool:
        return self.is_whole and self.declared.exports

    @cached_property
    def actions(self) -> list[Action]:
        return [action for action in self.declared.actions if may(self.viewer.actor, action.needs)]

    @property
    def has_totals(self) -> bool:
        return self.declared.sums is not None or any(column.totals for column in self.chooser.shown)


def list_page(declared: List, request: DeskRequest, rows: QuerySet[Model] | None = None) -> ListPage:
    """One page of the list as the address asks for it; `rows` narrows it to part of the list."""
    return ListPage(declared, request.GET, viewer_of(request), rows)


def answer(request: DeskRequest, template: str, listed: ListPage, **more: Any) -> HttpResponse:
    """The whole page, or for htmx the list or its panel alone: the page includes the same fragments."""
    # Going back in the browser asks by htmx too, and needs the whole page.
    target = request.htmx.target if request.htmx and not request.htmx.history_restore_request else ""
    chosen = FRAGMENTS.get(target or "", template)
    response = render(request, chosen, {"list": listed, **more}, status=listed.status)
    response["Vary"] = "HX-Request, HX-Target"
    return response
