"""The page behind the link of an invitation: open to whoever has it."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.utils import perform_login
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from arportal.desk.forms.widgets import Input
from arportal.desk.site.links import link
from arportal.stores.invitations import NoInvitation, accept, accept_as_new, invitation_of
from arportal.stores.models import Invitation, User


class NewPersonForm(forms.Form):
    name = forms.CharField(
        label=_lazy("Your name"), max_length=150, widget=Input(autocomplete="name", autofocus=True)
    )
    password = forms.CharField(
        label=_lazy("Password"),
        help_text=_lazy("At least 12 characters."),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput({"class": "form-control", "autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_lazy("Password again"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput({"class": "form-control", "autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if {"password", "again"} <= cleaned.keys() and cleaned["password"] != cleaned["again"]:
            self.add_error("again", _("The two passwords are not the same."))
        return cleaned


@login_not_required
@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def accept_invitation(request: Any, token: str) -> HttpResponseBase:
    try:
        invitation = invitation_of(token)
        person = User.objects.filter(email__iexact=invitation.email).first()
        if person is None and not request.user.is_authenticated:
            return _as_new(request, token, invitation)
        if person is None or request.user != person:
            # The invited person has an account, or somebody else is signed in here.
            sign_in = f"{reverse('account_login')}?{urlencode({'next': request.path})}"
            context = {"invitation": invitation, "sign_in": sign_in}
            return render(request, "people/sign_in_first.html", context, status=403)
        if request.method != "POST":
            return render(request, "people/accept.html", {"invitation": invitation})
        return HttpResponseRedirect(link("overview", accept(token, request.user).store.slug))
    except NoInvitation:
        return render(request, "people/no_invitation.html", status=410)


def _as_new(request: HttpRequest, token: str, invitation: Invitation) -> HttpResponseBase:
    form = NewPersonForm(request.POST or None, use_required_attribute=False)
    if form.is_valid():
        try:
            member = accept_as_new(token, form.cleaned_data["name"], form.cleaned_data["password"])
        except ValidationError as weak:
            form.add_error("password", weak)
        else:
            home = link("overview", member.store.slug)
            answer: HttpResponseBase = perform_login(request, member.user, redirect_url=home)
            return answer
    context = {"form": form, "invitation": invitation}
    return render(request, "people/accept.html", context, status=422 if form.errors else 200)
