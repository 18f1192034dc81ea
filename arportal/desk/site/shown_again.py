"""A kept form, shown again as it was typed: the view that it was sent to makes its page, and does nothing else.

The view runs as for the POST it never got. That it only shows is made sure twice: no form of it is valid meanwhile,
which is what every view takes for a reason to show the form as it was filled; and in the database nothing can be
written, without which nothing is ever sent to a store.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponseBase, HttpResponseRedirect, QueryDict

from arportal.desk.format.showing import showing
from arportal.desk.site import kept_forms
from arportal.desk.site.links import link


def keeping(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view that also shows its kept forms, taking GET for the POST that was kept."""

    @wraps(view)
    def entered(request: Any, slug: str, *ids: Any, **named_ids: Any) -> HttpResponseBase:
        key = request.GET.get(kept_forms.KEPT) if request.method == "GET" else None
        typed = kept_forms.find(request.user, key, request.path) if key else None
        if typed is not None:
            with _as_sent(request, typed), transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION READ ONLY")
                response = view(request, slug, *ids, **named_ids)
            if response.status_code == 422:
                response.status_code = 200  # Nothing is refused: it was asked for nothing.
            return response
        if key and not kept_forms.can_be_opened(request.path):
            return HttpResponseRedirect(link("overview", slug))
        response = view(request, slug, *ids, **named_ids)
        is_done = response.status_code in (302, 303) and not getattr(request, "is_held_back", False)
        if request.method == "POST" and is_done:
            kept_forms.sent(request.user, request.path)
        return response

    return entered


@contextmanager
def _as_sent(request: Any, typed: QueryDict) -> Iterator[None]:
    """The request is a POST of what was typed meanwhile, and says that it only shows."""
    request.FILES  # noqa: B018 - once asked for, Django does not read the body over what is set here
    request.method, request.POST, request.kept = "POST", typed, request.GET[kept_forms.KEPT]
    try:
        with showing():
            yield
    finally:
        # The page is made; one that says why it could not be is no form.
        request.method, request.kept = "GET", ""
