from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import Case, GeneratedField, Q, When
from django.db.models.functions import Abs

from arportal.b2b import Money
from arportal.mirror.models.rows import MirrorQuerySet, MirrorRow, MoneyField

REFUND = "refund"
# Money that was given back. What a store calls by any other word was received. Agrees with is_refund.
REFUNDS = Q(transaction_type__iregex=f"^{REFUND}")


def net_field(amount: str) -> Any:
    """The column that holds the amount as it adds up: refunds below zero, whichever sign the store gave them."""
    expression = Case(When(REFUNDS, then=-Abs(amount)), default=amount, output_field=MoneyField())
    return GeneratedField(expression=expression, output_field=MoneyField(), db_persist=True)


class Paper(MirrorRow):
    """The common part of a receipt and a line of one. `transaction_type` is "Paid" or "Refund"."""

    transaction_type = models.TextField(blank=True)
    currency = models.CharField(max_length=3)

    class Meta:
        abstract = True

    @property
    def is_refund(self) -> bool:
        return self.transaction_type.lower().startswith(REFUND)

    def _net(self, amount: Decimal) -> Money:
        """The amount as `net_field` has it."""
        return Money(-abs(amount) if self.is_refund else amount, self.currency)


class ReceiptQuerySet(MirrorQuerySet["Receipt"]):
    pass


class Receipt(Paper):
    """The store's own record of money received or given back."""

    payment_id = models.BigIntegerField(null=True)
    company_id = models.BigIntegerField()
    payer_name = models.TextField(blank=True)
    payment_type = models.TextField(blank=True)
    reference_number = models.TextField(blank=True)
    total = MoneyField()
    net = net_field("total")
    created_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "api_id"], name="one_row_per_receipt")
        ]
        indexes: ClassVar = [
            models.Index(fields=["store", "created_at", "api_id"], name="receipt_by_creation"),
            models.Index(fields=["store", "company_id", "created_at", "api_id"], name="receipt_of_company"),
            models.Index(fields=["store", "payment_id"], name="receipt_of_payment"),
            models.Index(fields=["store", "currency", "net", "api_id"], name="receipt_by_net"),
        ]

    def __str__(self) -> str:
        return f"Receipt {self.api_id}"

    @property
    def total_money(self) -> Money:
        return Money(self.total, self.currency)

    @property
    def net_money(self) -> Money:
        return self._net(self.total)


class ReceiptLineQuerySet(MirrorQuerySet["ReceiptLine"]):
    pass


class ReceiptLine(Paper):
    """The part of a receipt that went to one invoice."""

    receipt_id = models.BigIntegerField()
    invoice_id = models.BigIntegerField()
    invoice_number = models.TextField(blank=True)
    payment_id = models.BigIntegerField(null=True)
    company_id = models.BigIntegerField()
    payment_status = models.SmallIntegerField()
    payment_type = models.TextField(blank=True)
    reference_number = models.TextField(blank=True)
    amount = MoneyField()
    net = net_field("amount")
    created_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)

    objects = ReceiptLineQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "api_id"], name="one_row_per_receipt_line")
        ]
        indexes: ClassVar = [
            models.Index(fields=["store", "created_at", "api_id"], name="receipt_line_by_creation"),
            models.Index(fields=["store", "receipt_id"], name="receipt_line_of_receipt"),
            models.Index(fields=["store", "currency", "net", "api_id"], name="receipt_line_by_net"),
            models.Index(fields=["store", "invoice_id"], name="receipt_line_of_invoice"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} to invoice {self.invoice_id}"

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def net_money(self) -> Money:
        return self._net(self.amount)
