from typing import ClassVar

from django.db import models

from arportal.b2b import Money
from arportal.mirror.models.rows import MirrorQuerySet, MirrorRow, MoneyField


class ReceiptQuerySet(MirrorQuerySet["Receipt"]):
    pass


class Receipt(MirrorRow):
    """What the store wrote down about a payment. `transaction_type` is "Paid" or "Refund"."""

    payment_id = models.BigIntegerField(null=True)
    company_id = models.BigIntegerField()
    payer_name = models.TextField(blank=True)
    transaction_type = models.TextField(blank=True)
    payment_type = models.TextField(blank=True)
    reference_number = models.TextField(blank=True)
    currency = models.CharField(max_length=3)
    total = MoneyField()
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
        ]

    def __str__(self) -> str:
        return f"Receipt {self.api_id}"

    @property
    def total_money(self) -> Money:
        return Money(self.total, self.currency)


class ReceiptLineQuerySet(MirrorQuerySet["ReceiptLine"]):
    pass


class ReceiptLine(MirrorRow):
    """The part of a receipt that went to one invoice."""

    receipt_id = models.BigIntegerField()
    invoice_id = models.BigIntegerField()
    invoice_number = models.TextField(blank=True)
    payment_id = models.BigIntegerField(null=True)
    company_id = models.BigIntegerField()
    payment_status = models.SmallIntegerField()
    transaction_type = models.TextField(blank=True)
    payment_type = models.TextField(blank=True)
    reference_number = models.TextField(blank=True)
    currency = models.CharField(max_length=3)
    amount = MoneyField()
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
            models.Index(fields=["store", "invoice_id"], name="receipt_line_of_invoice"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} to invoice {self.invoice_id}"

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)
