from django.db import models

from arportal.sandbox.models.base import Row


class Channel(Row):
    """id is B2B Edition's own number, bc_channel_id the one everybody else uses."""

    bc_channel_id = models.IntegerField(unique=True)
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=40, default="storefront")
    platform = models.CharField(max_length=40, default="bigcommerce")
    status = models.CharField(max_length=20, default="active")
    site = models.CharField(max_length=300, default="")
