from typing import ClassVar

from django.db import models

from arportal.mirror.models.rows import MirrorQuerySet, MirrorRow


class BuyerQuerySet(MirrorQuerySet["Buyer"]):
    pass


class Buyer(MirrorRow):
    """A user of a company (a person who buys): the way from BigCommerce's customer to the B2B company."""

    customer_id = models.BigIntegerField(null=True)
    company_id = models.BigIntegerField(null=True)
    name = models.TextField(blank=True)
    email = models.TextField(blank=True)
    phone = models.TextField(blank=True)
    role = models.SmallIntegerField()
    created_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)
    extra_fields = models.JSONField(default=list)

    objects = BuyerQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "api_id"], name="one_row_per_buyer")
        ]
        indexes: ClassVar = [
            models.Index(fields=["store", "customer_id"], name="buyer_by_customer"),
            models.Index(fields=["store", "company_id", "name", "api_id"], name="buyer_of_company"),
        ]

    def __str__(self) -> str:
        return self.name or self.email
