"""The rows a person has selected in a list, as a form sends them: ids, or the list's own query when everything
that matches is meant. Neither is trusted: rows are looked up again among those the person may see."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from arportal.desk.lists.lists import List, ListQuery, viewer_of
from arportal.desk.site.pages import DeskRequest

MOST = 20_000
LARGEST_ID = 2**63 - 1


class NotChosen(Exception):
    """Nothing is selected that could be worked on; the message says what to do."""


def chosen(declared: List, request: DeskRequest) -> QuerySet[Any]:
    """The selected rows, in no order. Raises NotChosen."""
    return list_query(declared, request).matching


def list_query(declared: List, request: DeskRequest) -> ListQuery:
    """The selected rows with the order and columns of the list they were selected in. Raises NotChosen.

    By GET all that match the address; of a form all that match its `query` if it says `everything`, else the ids
    under the list's pick.
    """
    is_sent = request.method == "POST"
    query = QueryDict(request.POST.get("query", "")) if is_sent else request.GET
    selected = ListQuery(declared, query, viewer_of(request))
    if not is_sent or request.POST.get("everything"):
        if selected.problems:
            raise NotChosen(" ".join(selected.problems))
        return selected
    ids = _ids(declared, request.POST)
    # Of the query the order and the columns only: a row that has left the filter is still one they selected. They
    # need what the filter adds to every row.
    selected.matching = selected.filter.queryset.filter(api_id__in=ids)
    return selected


def _ids(declared: List, sent: QueryDict) -> set[int]:
    """The ids under the list's pick. Raises NotChosen for none, for too many and for what is no id."""
    values = sent.getlist(declared.pick.name) if declared.pick else []
    words = [word for value in values for word in value.split()]
    if not words:
        raise NotChosen(_("Select at least one row first."))
    if not all(word.isdecimal() and len(word) < 20 for word in words):
        raise NotChosen(_("What was selected cannot be read. Select the rows again."))
    ids = {int(word) for word in words}
    if len(ids) > MOST:
        raise NotChosen(_("More than 20,000 rows are selected: select all that match a filter instead."))
    return {api_id for api_id in ids if api_id <= LARGEST_ID}
