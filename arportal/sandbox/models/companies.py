from django.db import models

from arportal.sandbox.models.base import Row


class Company(Row):
    """A buyer company, with its credit and payment terms."""

    name = models.CharField(max_length=300)
    group_id = models.IntegerField(default=0)
    email = models.CharField(max_length=300, default="")
    phone = models.CharField(max_length=60, default="")
    status = models.IntegerField(default=1)  # 0 pending, 1 approved, 2 rejected, 3 inactive
    uuid = models.CharField(max_length=60, default="")
    street1 = models.CharField(max_length=300, default="")
    street2 = models.CharField(max_length=300, default="")
    city = models.CharField(max_length=200, default="")
    state = models.CharField(max_length=200, default="")
    country = models.CharField(max_length=200, default="")
    zip_code = models.CharField(max_length=40, default="")
    catalog_id = models.CharField(max_length=40, null=True, default=None)  # noqa: DJ001 - the API answers null
    price_lists = models.JSONField(default=list)
    extra_fields = models.JSONField(default=list)
    parent = models.ForeignKey("self", models.DO_NOTHING, null=True, related_name="subsidiaries")

    credit_enabled = models.BooleanField(default=False)
    credit_currency = models.CharField(max_length=3, default="USD")
    available_credit = models.BigIntegerField(default=0)  # ten-thousandths
    limit_purchases = models.BooleanField(default=False)
    credit_hold = models.BooleanField(default=False)
    terms_enabled = models.BooleanField(default=False)
    terms_days = models.IntegerField(default=30)
