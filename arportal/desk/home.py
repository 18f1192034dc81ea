"""The front door: on to the person's store."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from arportal.desk.links import link
from arportal.stores.models import Membership


def home(request: HttpRequest) -> HttpResponse:
    """The store last looked at, else the first by name; without any store, a page that says so."""
    stores = Membership.objects.filter(user=request.user.pk).order_by("store__name")
    slugs = list(stores.values_list("store__slug", flat=True))
    if not slugs:
        return render(request, "home/no_store.html", status=403)
    last = request.session.get("store")
    return redirect(link("overview", last if last in slugs else slugs[0]))
