"""What a template needs to show one page of a list."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from arportal.desk import counting, keyset
from arportal.desk.asked import Asked
from arportal.desk.links import link
from arportal.desk.tables import Seen, Table

if TYPE_CHECKING:
    from arportal.desk.lists import List


class ListPage(Asked):
    """Each query runs once, when first needed; `rows` narrows the list to a part of it."""

    def __init__(
        self, declared: List, data: QueryDict, seen: Seen, rows: QuerySet[Any] | None = None
    ) -> None:
        super().__init__(declared, data, seen, rows)
        self.is_whole = bool(declared.name) and rows is None
        self.slice = self._slice()
        self.prepare(self.slice.rows)
        self.table = Table.seen_by(self.chooser.shown, self._leaving_a_trail(), declared.pick)

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
    def foot(self) -> SafeString:
        return self.table.foot(self.counted.sums)

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

    def _leaving_a_trail(self) -> Seen:
        """Links to the rows' own pages say where they were followed."""
        if not self.is_whole:
            return self.seen
        came_from = self.address(sort=self.given_sort, **self._place)
        return replace(self.seen, trail=f"?from={quote(came_from, safe='')}")

    def _slice(self) -> keyset.Slice:
        rows, size = self.fetched, self.declared.size
        after, before = self.data.get("after"), self.data.get("before")
        try:
            if before:
                return keyset.before(rows, self.order, self.order.position(before), size)
            position = self.order.position(after) if after else None
            return keyset.after(rows, self.order, position, size)
        except keyset.BadCursor:
            self.problems.append(_("That page address is no longer valid: this is the first page."))
            return keyset.after(rows, self.order, None, size)

    def _turn(self, direction: str, row: int) -> str:
        cursor = self.order.cursor(self.slice.rows[row])
        return f"?{self.address(sort=self.given_sort, **{direction: cursor})}"

    @property
    def slug(self) -> str:
        return self.seen.slug

    @property
    def url(self) -> str:
        """The list's own page."""
        return link(self.declared.name, self.slug)
