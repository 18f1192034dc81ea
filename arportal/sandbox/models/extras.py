from django.db import models

from arportal.sandbox.models.base import Row


class ExtraField(Row):
    """A merchant's own field on invoices, orders, companies or users."""

    noun = models.CharField(max_length=20)  # invoice, order, company, user
    name = models.CharField(max_length=100)
    field_type = models.IntegerField(default=0)  # 0 text, 1 multiline, 2 number, 3 dropdown
    is_required = models.BooleanField(default=False)
    options = models.JSONField(default=list)
