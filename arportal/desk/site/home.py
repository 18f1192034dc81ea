"""The front door: on to the person's store."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from arportal.desk.format.markup import markup
from arportal.desk.site import kept_forms
from arportal.desk.site.links import link
from arportal.stores.models import Membership


def home(request: Any) -> HttpResponse:
    """The store last looked at, else the first by name; without any store, a page that says so."""
    stores = Membership.objects.filter(user=request.user.pk).order_by("store__name")
    slugs = list(stores.values_list("store__slug", flat=True))
    if not slugs:
        return render(request, "home/no_store.html", status=403)
    kept_url = kept_forms.newest_of(request.user)
    if kept_url:
        words = _("A form is kept that could not be sent when you were signed out.")
        messages.info(request, markup('{} <a href="{}">{}</a>', words, kept_url, _("Go on with it")))
    last = request.session.get("store")
    return redirect(link("overview", last if last in slugs else slugs[0]))
