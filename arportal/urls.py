"""The table of contents."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("", include("arportal.desk.urls")),
]
