from typing import ClassVar

from django.db import models

from arportal.stores.models import Store


class Delivery(models.Model):
    """A webhook message that has been taken in, by the id its sender gave it: a second one is not taken."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    delivery_id = models.CharField(max_length=200)
    scope = models.CharField(max_length=100)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "delivery_id"], name="one_row_per_delivery")
        ]
        indexes: ClassVar = [models.Index(fields=["received_at"], name="delivery_by_time")]

    def __str__(self) -> str:
        return f"{self.scope} ({self.delivery_id})"
