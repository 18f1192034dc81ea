from django.db import models

from arportal.sandbox.models.base import Row


class Webhook(Row):
    scope = models.CharField(max_length=100)
    destination = models.CharField(max_length=500)
    is_active = models.BooleanField(default=True)
