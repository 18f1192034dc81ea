"""Signing in afresh before what would harm most in the hands of whoever finds an open browser."""

import time
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from arportal.desk.format.showing import is_showing
from arportal.desk.site import kept_forms
from arportal.desk.site.links import lead


class NotFresh(Exception):
    """The person has not shown lately who they are."""


def require_fresh(request: Any) -> None:
    """Raises NotFresh unless they have, in this session: by signing in, or once more since. `page` then asks them."""
    records = get_authentication_records(request, request.user)
    latest: float = max((record["at"] for record in records), default=0.0)
    if time.time() - latest >= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
        raise NotFresh


def asked_afresh(request: Any, *, keeps: bool) -> HttpResponse:
    """To the page that asks once more, and from there back. What was typed is kept if the view `keeps`."""
    back = request.get_full_path()
    if request.method == "POST" and not is_showing():
        kept = kept_forms.keep(request, request.user) if keeps else None
        page = kept_forms.page_of(request)
        back = kept or (page if kept_forms.can_be_opened(page) else "/")
    methods = get_adapter().get_reauthentication_methods(request.user)
    # By a passkey or a code rather than by the password, for who has them.
    url = methods[-1]["url"] if methods else reverse("account_reauthenticate")
    return lead(request, f"{url}?{urlencode({'next': back})}")
