"""The connection of a store to its API: tried, given another token, changed in its settings, or ended."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from arportal.desk.forms.change_form import ReasonField
from arportal.desk.settings.stores import SettingsForm, TokenField
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.mirror.api.connecting import rotate_token, save_settings, test_connection
from arportal.mirror.api.connections import CannotConnect
from arportal.receivables.changes.disconnecting import disconnect
from arportal.receivables.changes.errors import Invalid
from arportal.stores.access import Permission
from arportal.stores.models import Activity

SHOWN = 50
Kind = Activity.Kind


class TokenForm(forms.Form):
    token = TokenField()


class DisconnectForm(forms.Form):
    reason = ReasonField()


@page(Permission.CONFIGURE, methods=("GET", "HEAD", "POST"), fresh=True)
def connection(request: DeskRequest) -> HttpResponse:
    store = request.store
    now = {"name": store.name, "currency": store.currency, "time_zone": store.time_zone}
    form = SettingsForm(request.POST or None, initial=now, use_required_attribute=False)
    if form.is_valid():
        try:
            save_settings(request.actor, **form.cleaned_data)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Saved."))
            return _back(request)
    return _page(request, form=form)


@page(Permission.CONFIGURE, methods=("POST",))
def try_connection(request: DeskRequest) -> HttpResponse:
    try:
        test_connection(request.actor)
    except CannotConnect as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The API answers, and takes the token."))
    return _back(request)


@sensitive_post_parameters("token")
@page(Permission.CONFIGURE, methods=("POST",), fresh=True)
def replace_token(request: DeskRequest) -> HttpResponse:
    form = TokenForm(request.POST, use_required_attribute=False)
    if form.is_valid():
        try:
            rotate_token(request.actor, form.cleaned_data["token"])
        except (CannotConnect, ValueError) as refused:
            form.add_error("token", str(refused))
        else:
            messages.success(
                request, _("The new token is in use. The old one can be deleted at BigCommerce.")
            )
            return _back(request)
    return _page(request, token_form=form)


@page(Permission.CONFIGURE, methods=("GET", "HEAD", "POST"), fresh=True)
def disconnect_store(request: DeskRequest) -> HttpResponse:
    form = DisconnectForm(request.POST or None, use_required_attribute=False)
    if form.is_valid():
        try:
            disconnect(request.actor, form.cleaned_data["reason"])
        except Invalid as refused:
            for name, words in refused.fields.items():
                form.add_error(name or None, words)
        else:
            messages.success(request, _("The store is disconnected."))
            return _back(request)
    return render(request, "stores/disconnect.html", {"form": form}, status=422 if form.errors else 200)


def _page(request: DeskRequest, **forms_sent: Any) -> HttpResponse:
    store = request.store
    now = {"name": store.name, "currency": store.currency, "time_zone": store.time_zone}
    told = Activity.objects.filter(store=store, kind__in=[Kind.STORE, Kind.TOKEN, Kind.RULE])
    context = {
        "form": SettingsForm(None, initial=now, use_required_attribute=False),
        "token_form": TokenForm(use_required_attribute=False),
        "history": told.order_by("-at", "-pk")[:SHOWN],
    } | forms_sent
    is_refused = any(form.errors for form in forms_sent.values())
    return render(request, "stores/connection.html", context, status=422 if is_refused else 200)


def _back(request: DeskRequest) -> HttpResponse:
    return SeeOther(link("connection", request.store.slug))
