"""Addresses under /_sandbox/."""

from django.urls import path

from arportal.sandbox.control import views
from arportal.sandbox.resources import storefront

urlpatterns = [
    path("reset", views.Reset.as_view()),
    path("requests", views.Requests.as_view()),
    path("faults", views.Faults.as_view()),
    path("storm", views.Storm.as_view()),
    path("door", views.Door.as_view()),
    path("clock", views.Clock.as_view()),
    path("rate-limit", views.RateLimit.as_view()),
    path("quirks", views.Quirks.as_view()),
    path("pay-online", storefront.PayOnline.as_view()),
    path("delete-company", storefront.DeleteCompany.as_view()),
    path("place-order", storefront.PlaceOrder.as_view()),
]
