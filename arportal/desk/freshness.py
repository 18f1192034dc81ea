"""The pill of an open page: how old the figures on it are by now."""

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime

from arportal.desk.pages import DeskRequest, page
from arportal.stores.access import Permission


@page(Permission.READ)
def freshness(request: DeskRequest) -> HttpResponse:
    """A fragment; `shown` is the sync that the page was made of. It asks the database only."""
    return render(request, "frame/_freshness.html", {"fresh": request.frame.fresh_of(_shown(request))})


def _shown(request: DeskRequest) -> dt.datetime | None:
    try:
        moment = parse_datetime(request.GET.get("shown", ""))
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
