"""Addresses under /_sandbox/."""

from django.urls import path

from arportal.sandbox.control import views

urlpatterns = [
    path("reset", views.Reset.as_view()),
    path("requests", views.Requests.as_view()),
    path("faults", views.Faults.as_view()),
    path("clock", views.Clock.as_view()),
    path("quirks", views.Quirks.as_view()),
]
