"""The way on from one listed thing to the next, in the list one came from."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from arportal.desk.lists import keyset
from arportal.desk.lists.list_query import ListQuery
from arportal.desk.lists.lists import List, viewer_of
from arportal.desk.site.links import link


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The row's own words, such as an invoice number, and the address of its page."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class PrevNext:
    """`list_url` is the page of the list one came from."""

    list_url: str
    previous: Neighbour | None
    next: Neighbour | None


def prev_next(declared: List, request: Any, row: Any, page: str) -> PrevNext | None:
    """Before and after `row` in the list that the address names in `from=`; None when it names none, or one
    that cannot be understood. `page` is the name of the rows' own page. Takes two queries.

    The row need not match the list's filter any more: its place among those that do is found all the same.
    """
    if "from" not in request.GET:
        return None
    came_from = request.GET["from"]
    list_query = ListQuery(declared, QueryDict(came_from), viewer_of(request))
    if list_query.problems:
        return None
    place = _place(list_query, row)
    before, after = list_query.before(place, 1).rows, list_query.after(place, 1).rows
    trail = request.GET.urlencode()
    previous, following = (
        Neighbour(str(found[0]), f"{link(page, list_query.viewer.slug, found[0].api_id)}?{trail}")
        if found
        else None
        for found in (before, after)
    )
    return PrevNext(f"{link(declared.name, list_query.viewer.slug)}?{came_from}", previous, following)


def _place(list_query: ListQuery, row: Any) -> keyset.Position:
    """Where the row stands in the list's order."""
    order: keyset.Order = list_query.order
    if order.expression is None:
        return order.at(row)
    found = list_query.declared.rows(list_query.viewer.actor).filter(api_id=row.api_id)
    value = found.annotate(**{order.name: order.expression}).values_list(order.name, flat=True).first()
    return keyset.Position(value, row.api_id, row.currency if order.own_currency else "")
