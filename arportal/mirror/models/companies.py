from typing import ClassVar

from django.db import models

from arportal.mirror.models.rows import MirrorQuerySet, MirrorRow


class CompanyQuerySet(MirrorQuerySet["Company"]):
    company_field = "api_id"


class Company(MirrorRow):
    """A B2B company: the debtor. `status` is the API's companyStatus."""

    name = models.TextField()
    email = models.TextField(blank=True)
    phone = models.TextField(blank=True)
    status = models.SmallIntegerField()
    # The company it is a subsidiary of.
    parent_id = models.BigIntegerField(null=True)
    city = models.TextField(blank=True)
    country = models.TextField(blank=True)
    created_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "api_id"], name="one_row_per_company")
        ]
        indexes: ClassVar = [
            models.Index(fields=["store", "name", "api_id"], name="company_by_name"),
            models.Index(fields=["store", "parent_id"], name="company_by_parent"),
        ]

    def __str__(self) -> str:
        return self.name
