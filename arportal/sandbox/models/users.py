from django.db import models

from arportal.sandbox.models.base import Row
from arportal.sandbox.models.companies import Company


class User(Row):
    """A buyer; bc_customer_id is the same person in BigCommerce."""

    company = models.ForeignKey(Company, models.DO_NOTHING, related_name="users")
    bc_customer_id = models.IntegerField(unique=True)
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    email = models.CharField(max_length=300, unique=True)
    phone = models.CharField(max_length=60, default="")
    role = models.IntegerField(default=0)  # 0 admin, 1 senior buyer, 2 junior buyer
    uuid = models.CharField(max_length=60, default="")
    channels = models.JSONField(default=list)  # BigCommerce channel ids
    extra_fields = models.JSONField(default=list)
