"""Pages for what is not there."""

from django.http import HttpRequest, HttpResponse
from django.views.defaults import page_not_found

from arportal.desk.site.layout import Layout
from arportal.stores.models import Membership


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, with the navigation of the person's store: that of the address if it is theirs, else as at home."""
    if not hasattr(request, "layout"):
        store = _store_of(request)
        request.layout = Layout(store, request.path) if store else None  # type: ignore[attr-defined]
    return page_not_found(request, exception)


def _store_of(request: HttpRequest) -> Membership | None:
    """Nobody's store is told to a stranger: only among the memberships of who asks is it looked for."""
    stores = Membership.objects.filter(user=request.user.pk).select_related("store", "user")
    known = {each.store.slug: each for each in stores.order_by("store__name")}
    named = request.path.removeprefix("/s/").partition("/")[0]
    return known.get(named) or known.get(request.session.get("store", "")) or next(iter(known.values()), None)
