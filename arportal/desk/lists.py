"""Lists, declared in about ten lines: columns, filter, rows and order, for page, fragment and export alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise

from arportal.desk.filters import ListFilter
from arportal.desk.list_page import ListPage
from arportal.desk.tables import Column, Pick, Seen
from arportal.stores.access import Permission

# Lists that can be named: by saved views, and by a page that has come from one.
NAMED: "dict[str, List]" = {}
# The id of an element that htmx asks for → its template.
FRAGMENTS = {"list": "lists/_list.html", "panel": "lists/_panel.html"}


@dataclass(frozen=True, slots=True)
class Action:
    """What can be done with the selected rows: a button that sends them to a page of the store by POST.

    The page asks `selection.chosen(LIST, request)` for the rows. `look` is a class of forms.css. One that
    `takes_filter` is also a page by GET, for all that match the list's query, and stands in the menu of exports.
    """

    page: str
    label: str | Promise
    icon: str
    needs: Permission
    look: str = "btn-plain"
    takes_filter: bool = False


@dataclass(frozen=True)
class List:
    """`rows(actor)` are all the rows this person may see; `sort` is a column's key, `-key` for the reverse.

    A list with a `name`, which is that of its page in desk/urls.py, has saved views, and its rows link to pages
    that know their neighbours in it. With `exports` it can be downloaded: see desk/exports.py.
    """

    columns: tuple[Column[Any], ...]
    filter: type[ListFilter]
    rows: Callable[[Any], QuerySet[Any]]
    sort: str
    caption: str | Promise
    empty: str | Promise
    # The fields that several columns or `prepare` read; no others are fetched, but those the shown columns name.
    reads: tuple[str, ...]
    size: int = 50
    pick: Pick | None = None
    # Adds to the rows of one page what their columns need from elsewhere, in a fixed number of queries.
    prepare: Callable[[Sequence[Any], Seen], None] | None = None
    name: str = ""
    exports: bool = False
    actions: tuple[Action, ...] = ()
    # Columns that only this store has, after the others.
    own_columns: Callable[[Seen], Sequence[Column[Any]]] | None = None

    def __post_init__(self) -> None:
        if self.name:
            NAMED[self.name] = self

    def page(self, request: Any, rows: QuerySet[Any] | None = None) -> ListPage:
        """One page of the list as the address asks for it; `rows` narrows it to part of the list."""
        return ListPage(self, request.GET, seen_by(request), rows)


def seen_by(request: Any) -> Seen:
    return Seen(request.actor, request.store.today(timezone.now()), get_token(request))


def answer(request: HttpRequest, template: str, listed: ListPage, **more: Any) -> HttpResponse:
    """The whole page, or for htmx the list or its panel alone: the page includes the same fragments."""
    htmx: Any = request.htmx  # type: ignore[attr-defined]  # set by django_htmx's middleware
    target = htmx.target if htmx and not htmx.history_restore_request else ""
    chosen = FRAGMENTS.get(target or "", template)
    response = render(request, chosen, {"list": listed, **more}, status=listed.status)
    response["Vary"] = "HX-Request, HX-Target"
    return response
