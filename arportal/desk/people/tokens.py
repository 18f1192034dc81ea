"""Tokens of the REST API: one's own, and for who manages people those of services."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.desk.people.rights import words_of
from arportal.desk.people.token_form import TokenForm
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.stores import api_tokens as store_tokens
from arportal.stores.access import Permission, may
from arportal.stores.models import ApiToken
from arportal.stores.people import Refused


@page(Permission.READ)
def api_tokens(request: DeskRequest) -> HttpResponse:
    tokens, now = store_tokens.tokens_of(request.actor), timezone.now()
    in_use = [token for token in tokens if token.revoked_at is None and token.expires_at > now]
    context = {
        "in_use": [(token, [words_of(Permission(name)) for name in token.permissions]) for token in in_use],
        "ended": [token for token in tokens if token not in in_use][:20],
    }
    return render(request, "people/tokens.html", context)


@page(Permission.READ, methods=("GET", "HEAD", "POST"), fresh=True)
def make_api_token(request: DeskRequest) -> HttpResponse:
    """The form; and once, as the answer to it, the token. Nobody is shown it again."""
    now = timezone.now()
    may_serve = may(request.actor, Permission.MANAGE_PEOPLE) and request.actor.all_companies
    offered = store_tokens.offered_to(request.actor)
    form = TokenForm(request.POST or None, request.actor, offered, may_serve=may_serve)
    if form.is_valid():
        try:
            wanted = form.wanted(now)
            token, text = store_tokens.make_token(request.actor, form.cleaned_data["token_id"], wanted, now)
        except Refused as refused:
            form.refuse(refused.fields)
        else:
            if text:
                return render(request, "people/token_made.html", {"token": token, "text": text})
            messages.warning(request, _("This token was made already, and is shown only once."))
            return SeeOther(link("api_tokens", request.store.slug))
    return render(request, "people/make_token.html", {"form": form}, status=form.http_status)


@page(Permission.READ, methods=("POST",), fresh=True)
def revoke_api_token(request: DeskRequest, token_id: UUID) -> HttpResponse:
    try:
        token = store_tokens.revoke_token(request.actor, token_id, timezone.now())
    except ApiToken.DoesNotExist:
        raise Http404(_("There is no such token.")) from None
    messages.success(request, _("%(token)s is revoked.") % {"token": token})
    return SeeOther(link("api_tokens", request.store.slug))
