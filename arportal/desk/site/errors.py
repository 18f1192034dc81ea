"""Pages for what is not there, and for addresses that are opened in another way than they are for."""

from collections.abc import Sequence
from contextlib import suppress

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.views.defaults import page_not_found

from arportal.desk.site.layout import Layout
from arportal.stores.models import Membership
from arportal.stores.scope import enter_person, enter_store


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, with the navigation of the person's store: that of the address if it is theirs, else as at home."""
    _lay_out(request)
    return page_not_found(request, exception)


def not_allowed(request: HttpRequest, methods: Sequence[str]) -> HttpResponse:
    """405, as after a sign-in that leads on to the address of a button: with the page that the button is on."""
    _lay_out(request)
    page = render_to_string("405.html", {"back": _page_above(request.path)}, request)
    return HttpResponseNotAllowed(methods, page)


def _lay_out(request: HttpRequest) -> None:
    if hasattr(request, "layout"):
        return
    request.layout = None  # type: ignore[attr-defined]
    if not request.user.is_authenticated:
        return
    # Where no view was found nobody has entered yet.
    enter_person(request.user.pk)
    # No store is told to a stranger: it is looked for among the memberships of who asks, and only there.
    memberships = Membership.objects.active().filter(user=request.user.pk).select_related("store", "user")
    by_slug = {actor.store.slug: actor for actor in memberships.order_by("store__name")}
    named = request.path.removeprefix("/s/").partition("/")[0]
    last = request.session.get("store", "")
    slug = next((slug for slug in (named, last, *by_slug) if slug in by_slug), None)
    if slug:
        enter_store(by_slug[slug].store_id)
        request.layout = Layout(by_slug[slug], request.path)  # type: ignore[attr-defined]


def _page_above(path: str) -> str:
    """The nearest address above this one that can be looked at: buttons post to addresses below their page's."""
    while path := path.rstrip("/").rpartition("/")[0]:
        with suppress(Resolver404):
            if "GET" in getattr(resolve(f"{path}/").func, "methods", ()):
                return f"{path}/"
    return "/"
