"""A person's own preferences, in all stores."""

from typing import ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.format.number_formats import known
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.desk.site.theme import BackForm, keep_theme
from arportal.stores.access import Permission
from arportal.stores.models import User


class PreferencesForm(Keepable, BackForm, forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    class Meta:
        model = User
        fields = ("name", "number_format", "date_format", "theme", "density")
        widgets: ClassVar = {
            "name": Input(autocomplete="name"),
            "number_format": Select(),
            "date_format": Select(),
            "theme": Select(),
            "density": Select(),
        }
        help_texts: ClassVar = {
            "number_format": _lazy("How amounts are shown to you, and how the ones you type are read."),
            "date_format": _lazy("How days are shown to you. Documents and mails keep the store's own way."),
        }


@page(Permission.READ, methods=("GET", "HEAD", "POST"), keeps=True)
def preferences(request: DeskRequest) -> HttpResponse:
    """`next` is where the person came from, and goes back to; `to` is the format they were offered there."""
    here = link("preferences", request.store.slug)
    offered = known(request.GET.get("to")) or request.user.number_format
    now = {"number_format": offered, "next": request.GET.get("next", here)}
    # A row of its own: what is refused must not be seen at the top of the page.
    person = User.objects.get(pk=request.user.pk)
    form = PreferencesForm(request.POST or None, instance=person, initial=now, use_required_attribute=False)
    if not form.is_valid():
        return render(request, "preferences/page.html", {"form": form}, status=422 if form.errors else 200)
    person.save(update_fields=PreferencesForm.Meta.fields)
    messages.success(request, _("Your preferences are saved."))
    response = SeeOther(form.cleaned_data["next"])
    keep_theme(response, person.theme)
    return response
