"""The table of contents of our own API."""

from django.urls import path

from arportal.rest import webhooks

app_name = "rest"

urlpatterns = [path("hooks/<slug:slug>/", webhooks.receive, name="webhook")]
