"""A forgotten password: a mail with a link, where there is somebody to send it."""

from allauth.account import views as account
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render


@login_not_required
def reset_password(request: HttpRequest) -> HttpResponseBase:
    if not settings.SENDS_MAIL:
        return render(request, "account/no_mail.html")
    answer: HttpResponseBase = account.password_reset(request)
    return answer
