"""Closing a month, with what is in it shown first, and opening the last one again."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.desk.forms.change_form import ReasonField
from arportal.desk.forms.widgets import Input
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.receivables.ageing.closing import close_month, next_to_close, outlook, reopen_month
from arportal.receivables.changes.errors import Invalid
from arportal.stores.access import Permission

METHODS = ("GET", "HEAD", "POST")


class CloseForm(forms.Form):
    """`until` is the month as it was shown: what was closed meanwhile is not closed on."""

    until = forms.DateField(widget=Input("hidden"))


class ReopenForm(CloseForm):
    reason = ReasonField()


@page(Permission.CLOSE_MONTH, methods=METHODS)
def month_close(request: DeskRequest) -> HttpResponse:
    today = request.store.today(timezone.now())
    until = next_to_close(request.store, today)
    form = CloseForm(request.POST or None, initial={"until": until})
    if form.is_valid():
        try:
            close_month(request.actor, form.cleaned_data["until"])
        except Invalid as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The month is closed."))
            return _back(request)
    if until is None:
        return _back(request)
    closing = outlook(request.actor, until, today)
    context = {"form": form, "closing": closing, "is_first": request.store.closed_until is None}
    return render(request, "ageing/close.html", context, status=422 if form.errors else 200)


@page(Permission.REOPEN_MONTH, methods=METHODS)
def month_reopen(request: DeskRequest) -> HttpResponse:
    until = request.store.closed_until
    form = ReopenForm(request.POST or None, initial={"until": until}, use_required_attribute=False)
    if form.is_valid():
        try:
            reopen_month(request.actor, form.cleaned_data["until"], form.cleaned_data["reason"])
        except Invalid as refused:
            for name, words in refused.fields.items():
                form.add_error(name or None, words)
        else:
            messages.success(request, _("The month is open again."))
            return _back(request)
    if until is None:
        return _back(request)
    context = {"form": form, "until": until}
    return render(request, "ageing/reopen.html", context, status=422 if form.errors else 200)


def _back(request: DeskRequest) -> HttpResponse:
    return SeeOther(link("ageing_snapshots", request.store.slug))
