from typing import ClassVar

from django.db import models

from arportal.b2b import Money, OrderStatus
from arportal.mirror.models.rows import MirrorQuerySet, MirrorRow, MoneyField, RawField


class OrderQuerySet(MirrorQuerySet["Order"]):
    pass


class Order(MirrorRow):
    """An order of the store, named by BigCommerce's order id as every address of the API does.

    `company_id` is null for guests and private customers. The products are read when somebody looks.
    """

    # The id that only "create an invoice from this order" takes.
    b2b_id = models.BigIntegerField()
    company_id = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    total = MoneyField(null=True)
    po_number = models.TextField(blank=True)
    status = models.TextField(blank=True)
    custom_status = models.TextField(blank=True)
    status_code = models.SmallIntegerField()
    item_count = models.IntegerField(null=True)
    channel_id = models.BigIntegerField(null=True)
    is_archived = models.BooleanField(default=False)
    created_at = models.DateTimeField(null=True)
    # The day of the store that `created_at` stands for: see b2b.day_of.
    placed_on = models.DateField(null=True)
    updated_at = models.DateTimeField(null=True)
    extra_fields = models.JSONField(default=list)

    objects = OrderQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "api_id"], name="one_row_per_order")
        ]
        indexes: ClassVar = [
            models.Index(fields=["store", "created_at", "api_id"], name="order_by_creation"),
            models.Index(fields=["store", "placed_on", "api_id"], name="order_by_day"),
            models.Index(fields=["store", "company_id", "placed_on", "api_id"], name="order_of_company"),
            models.Index(fields=["store", "currency", "total", "api_id"], name="order_by_total"),
        ]

    def __str__(self) -> str:
        return f"Order {self.api_id}"

    @property
    def money(self) -> Money | None:
        return None if self.total is None else Money(self.total, self.currency)

    @property
    def can_be_invoiced(self) -> bool:
        """True if its own state allows it; that it has an invoice already, only its invoices tell."""
        return self.company_id is not None and self.status_code != OrderStatus.INCOMPLETE


class OrderProducts(models.Model):
    """The products of an order, as the API listed them when somebody last looked."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="products")
    raw = RawField(default=list)
    read_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Products of {self.order}"
