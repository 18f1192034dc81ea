"""Pages for what is not there."""

from django.http import HttpRequest, HttpResponse
from django.views.defaults import page_not_found

from arportal.desk.site.layout import Layout
from arportal.stores.models import Membership


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, with the navigation of the person's store: that of the address if it is theirs, else as at home."""
    if not hasattr(request, "layout"):
        # No store is told to a stranger: it is looked for among the memberships of who asks, and only there.
        memberships = Membership.objects.active().filter(user=request.user.pk).select_related("store", "user")
        by_slug = {actor.store.slug: actor for actor in memberships.order_by("store__name")}
        named = request.path.removeprefix("/s/").partition("/")[0]
        last = request.session.get("store", "")
        slug = next((slug for slug in (named, last, *by_slug) if slug in by_slug), None)
        request.layout = Layout(by_slug[slug], request.path) if slug else None  # type: ignore[attr-defined]
    return page_not_found(request, exception)
