"""The rows a person has selected in a list, as a form sends them: ids, or the list's own query when everything
that matches is meant. Neither is trusted: rows are looked up again among those the person may see."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from arportal.desk.lists.list_query import ListQuery
from arportal.desk.lists.lists import List, viewer_of

MOST = 20_000
LARGEST_ID = 2**63 - 1


class NotChosen(Exception):
    """What was sent selects nothing that could be worked on; the message says what to do."""


def chosen(declared: List, request: Any) -> QuerySet[Any]:
    """The selected rows, in no order. Raises NotChosen."""
    return list_query(declared, request).matching


def list_query(declared: List, request: Any) -> ListQuery:
    """The selected rows with the order and columns of the list they were selected in. Raises NotChosen.

    Reads from the form: `everything` and `query` (the list's, as in its address), or ids under the list's pick.
    """
    found = ListQuery(declared, QueryDict(request.POST.get("query", "")), viewer_of(request))
    if request.POST.get("everything"):
        if found.problems:
            raise NotChosen(" ".join(found.problems))
        return found
    ids = _ids(declared, request.POST)
    # Of the query the order and the columns only: a row that has left the filter is still one they selected.
    found.matching = declared.rows(request.actor).filter(api_id__in=ids)
    return found


def _ids(declared: List, sent: QueryDict) -> set[int]:
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
