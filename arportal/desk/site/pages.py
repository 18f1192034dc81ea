"""The one door to every page of a store: who is asking, in which store, and may they."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from arportal import logs
from arportal.desk.format.number_formats import number_formats_of
from arportal.desk.site.errors import not_allowed
from arportal.desk.site.files import record_file
from arportal.desk.site.layout import Layout
from arportal.desk.site.links import lead
from arportal.desk.site.shown_again import keeping
from arportal.desk.site.sign_in import NotFresh, asked_afresh, require_fresh
from arportal.receivables.changes import deferring
from arportal.stores.access import NotAllowed, Permission, membership_of, require
from arportal.stores.accounts import lacks_second_factor
from arportal.stores.models import Membership, Store, User
from arportal.stores.scope import enter_store


class DeskRequest(HttpRequest):
    """A request inside a store, as `page` hands it to a view."""

    user: User
    actor: Membership
    store: Store
    layout: Layout
    htmx: HtmxDetails


View = Callable[..., HttpResponseBase]


def page(
    permission: Permission,
    *,
    methods: tuple[str, ...] = ("GET", "HEAD"),
    keeps: bool = False,
    fresh: bool = False,
) -> Callable[[View], View]:
    """Opens a view `(request, [ids])` at `/s/<slug>/...` to members of that store who hold the permission.

    Strangers to the store get 404 (its existence is not told), members without the permission 403. Inside
    the view times are the store's, and numbers are written as the person does. A form whose `when` is `room` asks
    for something that may wait until the store has room for it (templates/forms/_when.html).

    With `keeps`, what is sent here when the session has ended is shown again after signing in (shown_again.py);
    each form of such a view has to be Keepable. A view that is `fresh` opens only to who has signed in
    lately; one that needs it for some of what it does calls `require_fresh`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: Any, slug: str, *ids: Any, **named_ids: Any) -> HttpResponseBase:
            return _open(opened, view, request, slug, *ids, **named_ids)

        # Read by the guard test, and when a form is to be kept.
        opened.permission, opened.methods, opened.keeps = permission, methods, keeps  # type: ignore[attr-defined]
        opened.fresh = fresh  # type: ignore[attr-defined]
        return keeping(opened) if keeps else opened

    return decorate


def _open(opened: Any, view: View, request: Any, slug: str, *ids: Any, **named_ids: Any) -> HttpResponseBase:
    """The view's answer to a member who may enter by `opened`. Raises Http404 and PermissionDenied."""
    actor = membership_of(request.user, slug)
    if actor is None:
        raise Http404(_("There is no such store."))
    enter_store(actor.store_id)
    logs.tell(store=actor.store_id)
    if lacks_second_factor(actor):
        messages.warning(request, _("Set up a second factor first: this store asks it of your role."))
        request.is_held_back = True
        return lead(request, reverse("mfa_index"))
    request.actor, request.store = actor, actor.store
    request.layout = Layout(actor, request.path)
    if request.method not in opened.methods:
        return not_allowed(request, opened.methods)
    try:
        require(actor, opened.permission)
        if opened.fresh:
            require_fresh(request)
        with (
            timezone.override(actor.store.zone),
            number_formats_of(request, actor.user),
            deferring.asking(is_deferred=request.POST.get("when") == "room"),
        ):
            response = view(request, *ids, **named_ids)
            record_file(actor, request, named_ids, response)
    except NotFresh:
        request.is_held_back = True
        return asked_afresh(request, keeps=opened.keeps)
    except NotAllowed as refused:
        raise PermissionDenied(str(refused)) from refused
    # Figures of a store are not left behind in a browser that somebody else may use next.
    patch_cache_control(response, private=True, no_store=True)
    return response
