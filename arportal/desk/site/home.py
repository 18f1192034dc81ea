"""The front door: on to the person's store."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from arportal.desk.site import kept_forms
from arportal.desk.site.links import link
from arportal.stores.models import Membership


def home(request: Any) -> HttpResponse:
    """The store last looked at, else the first by name; without any store, a page that says so."""
    stores = Membership.objects.active().filter(user=request.user.pk).order_by("store__name")
    slugs = list(stores.values_list("store__slug", flat=True))
    if not slugs:
        return render(request, "home/no_store.html", status=403)
    kept_url = kept_forms.newest_of(request.user)
    if kept_url:
        messages.info(request, render_to_string("home/_form_is_kept.html", {"url": kept_url}))
    last = request.session.get("store")
    return redirect(link("overview", last if last in slugs else slugs[0]))
