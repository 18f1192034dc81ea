"""The way on from one listed thing to the next, in the list one came from."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from arportal.desk.lists.lists import List, ListQuery, viewer_of
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest


@dataclass(frozen=True, slots=True)
class Step:
    """The row's own words, such as an invoice number, and the address of its page."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class PrevNext:
    """The rows before and after one row; `list_url` is the page of the list one came from."""

    list_url: str
    previous: Step | None
    next: Step | None


def prev_next(declared: List, request: DeskRequest, row: Any, page: str) -> PrevNext | None:
    """The rows before and after `row` in the list that the address names in `from=`; None when it names none, or
    one that cannot be understood. `page` is the name of the rows' own page. Takes two queries.

    The row need not match the list's filter any more: its place among those that do is found all the same.
    """
    if "from" not in request.GET:
        return None
    came_from = request.GET["from"]
    list_query = ListQuery(declared, QueryDict(came_from), viewer_of(request))
    if list_query.problems:
        return None
    slug, trail = request.store.slug, request.GET.urlencode()
    place = list_query.place_of(row)
    before = [
        Step(str(row), f"{link(page, slug, row.api_id)}?{trail}") for row in list_query.before(place, 1).rows
    ]
    after = [
        Step(str(row), f"{link(page, slug, row.api_id)}?{trail}") for row in list_query.after(place, 1).rows
    ]
    list_url = f"{link(declared.name, slug)}?{came_from}"
    return PrevNext(list_url, next(iter(before), None), next(iter(after), None))
