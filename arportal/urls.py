"""The table of contents."""

from allauth.account import views as account
from allauth.mfa.webauthn.views import login_webauthn
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from arportal.desk.site.sign_in import reset_password

to_sign_in = RedirectView.as_view(pattern_name="account_login")

urlpatterns = [
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/password/reset/", reset_password, name="account_reset_password"),
    path("accounts/password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    # Before one is signed in, which allauth does not say of it.
    path("accounts/2fa/webauthn/login/", login_not_required(login_webauthn), name="mfa_login_webauthn"),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    # allauth names these on its pages. Nobody signs themselves up, and everybody has a password.
    path("accounts/signup/", to_sign_in, name="account_signup"),
    path("accounts/password/set/", to_sign_in, name="account_set_password"),
    path("", include("arportal.rest.urls")),
    path("", include("arportal.desk.urls")),
]
handler404 = "arportal.desk.site.errors.not_found"
