"""The set-up of the store: small lists that are read whole."""

from typing import ClassVar

from django.db import models

from arportal.mirror.models.rows import MirrorRow, RawField
from arportal.stores.models import Store


class Channel(MirrorRow):
    """A storefront; `api_id` is BigCommerce's channel id. A store with one storefront has none."""

    name = models.TextField(blank=True)
    status = models.TextField(blank=True)

    objects = models.Manager["Channel"]()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "api_id"], name="one_row_per_channel")
        ]

    def __str__(self) -> str:
        return self.name


class ExtraField(models.Model):
    """A field that the merchant added to `of`: invoices, orders, companies or users."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    of = models.CharField(max_length=20)
    name = models.TextField()
    type = models.SmallIntegerField()
    is_required = models.BooleanField()
    raw = RawField(default=dict)
    gone_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "of", "name"], name="one_row_per_extra_field")
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.of}"
