"""Lists, declared in about ten lines: columns, filter, rows and order, for page, fragment and export alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.functional import Promise

from arportal.desk.lists.filters import ListFilter
from arportal.desk.lists.tables import Column, Pick, Viewer
from arportal.desk.site.pages import DeskRequest
from arportal.stores.access import Permission
from arportal.stores.models import Membership

if TYPE_CHECKING:
    from arportal.desk.lists.counting import Sum
    from arportal.desk.lists.list_query import ListQuery

# Lists that can be named: by saved views, and by a page that has come from one.
NAMED: dict[str, List] = {}


@dataclass(frozen=True, slots=True)
class Action:
    """A button that sends the selected rows to a page of the store by POST.

    The page asks `selection.chosen(LIST, request)` for the rows. `css_class` is a class of forms.css. One that
    `takes_filter` is also a page by GET, for all that match the list's query, and stands in the menu of exports.
    """

    page: str
    label: str | Promise
    icon: str
    needs: Permission
    css_class: str = "btn-plain"
    takes_filter: bool = False


@dataclass(frozen=True)
class List:
    """A list. `rows(actor)` are all the rows this person may see; `sort` is a column's key, `-key` for the reverse.

    A list with a `name`, which is that of its page in desk/urls.py, has saved views, and its rows link to pages
    that know the rows before and after them in it. With `exports` it can be downloaded: see desk/lists/downloads.py.
    """

    columns: tuple[Column[Any], ...]
    filter: type[ListFilter]
    rows: Callable[[Membership], QuerySet[Any]]
    sort: str
    caption: str | Promise
    empty: str | Promise
    # The fields that several columns or `prepare` read; no others are fetched, but those the shown columns name.
    reads: tuple[str, ...]
    size: int = 50
    pick: Pick | None = None
    # Adds to the rows of one page what their columns need from elsewhere, in a fixed number of queries.
    prepare: Callable[[Sequence[Any], Viewer], None] | None = None
    name: str = ""
    exports: bool = False
    # The rows of a file that one row of the list becomes, where they are more.
    split: Callable[[Any], Sequence[Any]] | None = None
    actions: tuple[Action, ...] = ()
    # Columns that only this store has, after the others.
    own_columns: Callable[[Viewer], Sequence[Column[Any]]] | None = None
    # The sums below the columns, where they are not just those of the rows: of all that match.
    sums: Callable[[ListQuery], Sequence[Sum]] | None = None
    # What whoever reads the list has to know about its figures, in words.
    notes: Callable[[ListQuery], Iterable[str]] | None = None
    # By which rows are told apart; a row has it as `api_id` all the same.
    id_field: str = "api_id"

    def __post_init__(self) -> None:
        if self.name:
            NAMED[self.name] = self


def viewer_of(request: DeskRequest) -> Viewer:
    return Viewer(request.actor, request.store.today(timezone.now()), get_token(request))
