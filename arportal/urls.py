"""The table of contents."""

from allauth.account import views as account
from django.urls import include, path
from django.views.generic import RedirectView

to_sign_in = RedirectView.as_view(pattern_name="account_login")

urlpatterns = [
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    # allauth names these on its pages. Nobody signs themselves up, and no mail is sent: an admin sets passwords.
    path("accounts/signup/", to_sign_in, name="account_signup"),
    path("accounts/password/reset/", to_sign_in, name="account_reset_password"),
    path("", include("arportal.rest.urls")),
    path("", include("arportal.desk.urls")),
]
handler404 = "arportal.desk.site.errors.not_found"
