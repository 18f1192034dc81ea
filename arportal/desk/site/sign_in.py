"""The way to signing in for a request whose session has ended, above all for a form that somebody has filled in."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy
from django.views.csrf import csrf_failure

from arportal import logs
from arportal.desk.models import KeptForm
from arportal.desk.site import kept_forms, page_owner
from arportal.desk.site.links import lead
from arportal.stores.models import User

KEPT = _lazy(
    "Your session had ended, so nothing was sent. What you typed is kept for a day: sign in to go on with it."
)
LOST = _lazy("Your session had ended, so nothing was sent. Sign in, and do it once more.")


class SignInRequired(LoginRequiredMiddleware):
    """Default deny; and what a person has typed is kept until they have signed in again."""

    def process_view(self, request: Any, view_func: Any, view_args: Any, view_kwargs: Any) -> Any:
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is None and getattr(view_func, "login_required", True):
            logs.tell(person=request.user.pk)
        return answer

    def handle_no_permission(self, request: Any, view_func: Any) -> Any:
        if request.method != "POST" or not hasattr(view_func, "permission"):
            return super().handle_no_permission(request, view_func)
        next_url = _kept(request, page_owner.owner_of_form(request))
        if next_url:
            messages.info(request, KEPT)
        else:
            messages.warning(request, LOST)
            page = kept_forms.page_of(request)
            next_url = page if kept_forms.can_be_opened(page) else "/"
        return lead(request, f"{reverse('account_login')}?{urlencode({'next': next_url})}")

    def process_response(self, request: Any, response: HttpResponseBase) -> HttpResponseBase:
        if getattr(request, "is_signed_out", False):
            page_owner.forget(response)
            # What a browser kept beside cookies: rows ticked in a list.
            response["Clear-Site-Data"] = '"cache", "storage"'
        else:
            page_owner.remember(request, response)
        return response


def form_too_old(request: Any, reason: str = "") -> HttpResponseBase:
    """The answer to a form whose CSRF token is not the present one, as after signing in again in another tab."""
    person = page_owner.owner_of_form(request)
    if person is None or request.user != person:
        return csrf_failure(request, reason)
    shown_again = _kept(request, person)
    return lead(request, shown_again) if shown_again else csrf_failure(request, reason)


@receiver(user_logged_in)
def tell_the_log(user: User, **_signal: Any) -> None:
    logs.tell(person=user.pk)


@receiver(user_logged_out)
def forget_what_was_kept(request: Any, user: User | None, **_signal: Any) -> None:
    """Forgets the person's kept forms: who signs out by hand leaves nothing behind."""
    KeptForm.objects.filter(user=user).delete()
    request.is_signed_out = True


def _kept(request: Any, person: User | None) -> str | None:
    """The address that shows the form again; None if it is not kept."""
    keeps = getattr(request.resolver_match.func, "keeps", False)
    return kept_forms.keep(request, person) if keeps and person else None
