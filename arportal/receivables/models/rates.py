"""The exchange rates that people have typed in."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from arportal.stores.models import Membership, Store


class ExchangeRate(models.Model):
    """One unit of `currency` was worth `rate` of `into` on a day. Never updated: of one day, the latest counts."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)
    into = models.CharField(max_length=3)
    day = models.DateField()
    rate = models.DecimalField(max_digits=25, decimal_places=10)
    actor = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["store", "into", "currency", "-day", "-id"], name="exchange_rate_latest")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="rate_above_zero")
        ]

    def __str__(self) -> str:
        return f"1 {self.currency} = {self.rate.normalize():f} {self.into} on {self.day}"
