"""The pill of an open page, which says how old the figures on it are by now."""

import datetime as dt
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime

from arportal.desk.site.pages import DeskRequest, page
from arportal.stores.access import Permission


@page(Permission.READ)
def freshness(request: DeskRequest) -> HttpResponse:
    """A fragment; `shown` is the sync after which the page was made, `as_of` what it said. It asks the database
    only."""
    path = urlsplit(request.htmx.current_url_abs_path or "").path
    fresh = request.layout.fresh_of(path, _moment(request, "shown"), _moment(request, "as_of"))
    return render(request, "layout/_freshness.html", {"fresh": fresh})


def _moment(request: DeskRequest, name: str) -> dt.datetime | None:
    try:
        moment = parse_datetime(request.GET.get(name, ""))
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
