from django.db import models

from arportal.sandbox.models.base import Row
from arportal.sandbox.models.companies import Company


class Method(Row):
    """A payment method of the store's catalogue."""

    code = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=200)


class CompanyMethod(Row):
    """A method for one company: enabled when it may pay that way."""

    company = models.ForeignKey(Company, models.DO_NOTHING, related_name="methods")
    method = models.ForeignKey(Method, models.DO_NOTHING)
    enabled = models.BooleanField(default=True)
