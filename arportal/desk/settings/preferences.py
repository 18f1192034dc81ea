"""A person's own preferences, in all stores."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.format.number_formats import known
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.widgets import Select
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.desk.site.theme import BackForm
from arportal.stores.access import Permission
from arportal.stores.models import NumberFormat


class PreferencesForm(Keepable, BackForm):
    number_format = forms.TypedChoiceField(
        label=_lazy("Numbers"),
        choices=NumberFormat.choices,
        coerce=NumberFormat,
        widget=Select,
        help_text=_lazy("How amounts are shown to you, and how the ones you type are read."),
    )


@page(Permission.READ, methods=("GET", "HEAD", "POST"), keeps=True)
def preferences(request: DeskRequest) -> HttpResponse:
    """`next` is where the person came from, and goes back to; `to` is the format they were offered there."""
    here = link("preferences", request.store.slug)
    offered = known(request.GET.get("to")) or request.user.number_format
    now = {"number_format": offered, "next": request.GET.get("next", here)}
    form = PreferencesForm(request.POST or None, initial=now, use_required_attribute=False)
    if not form.is_valid():
        return render(request, "preferences/page.html", {"form": form}, status=422 if form.errors else 200)
    request.user.choose_number_format(form.cleaned_data["number_format"])
    messages.success(request, _("Your preferences are saved."))
    return SeeOther(form.cleaned_data["next"])
