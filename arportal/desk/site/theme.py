"""Light or dark, remembered in a cookie so that the server draws the page right from the start."""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

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
@require_POST
def switch_theme(request: HttpRequest) -> HttpResponse:
    form = ThemeForm(request.POST)
    if not form.is_valid():
        return HttpResponse(form.errors.as_text(), status=422, content_type="text/plain")
    response = HttpResponseRedirect(form.cleaned_data["next"])
    response.set_cookie("theme", form.cleaned_data["theme"], max_age=YEAR, samesite="Lax")
    return response
