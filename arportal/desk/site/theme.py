"""Light or dark: the person's choice, and beside it a cookie, by which pages before signing in are drawn."""

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from arportal.desk.site.cookies import named
from arportal.desk.site.errors import not_allowed
from arportal.stores.models import User

YEAR = 365 * 24 * 3600


class BackForm(forms.Form):
    """A form that leads back to where the person was."""

    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_next(self) -> str:
        back: str = self.cleaned_data["next"]
        is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
        return back if is_ours else "/"


class ThemeForm(BackForm):
    theme = forms.ChoiceField(choices=[("light", "light"), ("dark", "dark")])


@login_not_required
def switch_theme(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return not_allowed(request, ["POST"])
    form = ThemeForm(request.POST)
    if not form.is_valid():
        return HttpResponse(form.errors.as_text(), status=422, content_type="text/plain")
    theme = form.cleaned_data["theme"]
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(theme=theme)
    response = HttpResponseRedirect(form.cleaned_data["next"])
    keep_theme(response, theme)
    return response


def keep_theme(response: HttpResponse, theme: str) -> None:
    """`theme`: "light", "dark", or "" for that of the device."""
    if theme:
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(named("theme"), theme, max_age=YEAR, secure=secure, samesite="Lax")
    else:
        response.delete_cookie(named("theme"), samesite="Lax")
