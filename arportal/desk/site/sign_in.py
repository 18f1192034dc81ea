"""The ways to signing in: for a request whose session has ended, above all for a form that somebody has filled in;
once more before what would harm most in the hands of whoever finds an open browser; with a forgotten password."""

import time
from typing import Any
from urllib.parse import urlencode

from allauth.account import views as account
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy
from django.views.csrf import csrf_failure

from arportal import logs
from arportal.desk.format.showing import is_showing
from arportal.desk.models import KeptForm
from arportal.desk.site import kept_forms, page_owner
from arportal.desk.site.links import lead
from arportal.stores.models import User

KEPT = _lazy(
    "Your session had ended, so nothing was sent. What you typed is kept for a day: sign in to go on with it."
)
LOST = _lazy("Your session had ended, so nothing was sent. Sign in, and do it once more.")


class NotFresh(Exception):
    """The person has not shown lately who they are."""


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


def require_fresh(request: Any) -> None:
    """Raises NotFresh unless they have, in this session: by signing in, or once more since. `page` then asks them."""
    records = get_authentication_records(request, request.user)
    latest: float = max((record["at"] for record in records), default=0.0)
    if time.time() - latest >= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
        raise NotFresh


def asked_afresh(request: Any, *, keeps: bool) -> HttpResponse:
    """To the page that asks once more, and from there back. What was typed is kept if the view `keeps`."""
    back = request.get_full_path()
    if request.method == "POST" and not is_showing():
        kept = kept_forms.keep(request, request.user) if keeps else None
        page = kept_forms.page_of(request)
        back = kept or (page if kept_forms.can_be_opened(page) else "/")
    methods = get_adapter().get_reauthentication_methods(request.user)
    # By a passkey or a code rather than by the password, for who has them.
    url = methods[-1]["url"] if methods else reverse("account_reauthenticate")
    return lead(request, f"{url}?{urlencode({'next': back})}")


@login_not_required
def reset_password(request: HttpRequest) -> HttpResponseBase:
    """Sends a mail with a link, where there is a server to send it by."""
    if not settings.SENDS_MAIL:
        return render(request, "account/no_mail.html")
    answer: HttpResponseBase = account.password_reset(request)
    return answer


def _kept(request: Any, person: User | None) -> str | None:
    """The address that shows the form again; None if it is not kept."""
    keeps = getattr(request.resolver_match.func, "keeps", False)
    return kept_forms.keep(request, person) if keeps and person else None
