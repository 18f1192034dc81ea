from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from arportal.b2b import AppliedStatus, Money, ProcessingStatus
from arportal.mirror.models.rows import MirrorQuerySet, MirrorRow, MoneyField
from arportal.mirror.models.words import words_field
from arportal.stores.models import Store

OFFLINE_MODULE = "payments_offline"


APPLIED_STATUSES = (AppliedStatus.NOT_APPLIED, AppliedStatus.APPLIED)
RECEIVED_NOTHING = (ProcessingStatus.REFUNDED, ProcessingStatus.INCOMPLETE)
# `counts`, asked of the database.
COUNTS = Q(applied_status=AppliedStatus.APPLIED) | (
    (Q(applied_status=None) | ~Q(applied_status__in=APPLIED_STATUSES))
    & ~Q(processing_status__in=RECEIVED_NOTHING)
)


def counts(applied_status: int | None, processing_status: int) -> bool:
    """True if such a payment lowers its invoices' balances now: the store says so, or, where it says nothing we know,
    all do but those of which nothing was received or kept."""
    if applied_status in APPLIED_STATUSES:
        return applied_status == AppliedStatus.APPLIED
    return processing_status not in RECEIVED_NOTHING


class PaymentQuerySet(MirrorQuerySet["Payment"]):
    pass


class Payment(MirrorRow):
    """Money received: recorded by staff (offline) or paid by a buyer at checkout (online)."""

    company_id = models.BigIntegerField()
    company_name = models.TextField(blank=True)
    payer_name = models.TextField(blank=True)
    external_id = models.TextField(blank=True)
    module_name = models.TextField(blank=True)
    memo = models.TextField(blank=True)
    processing_status = models.SmallIntegerField()
    applied_status = models.SmallIntegerField(null=True)
    allowed_statuses = ArrayField(models.SmallIntegerField(), default=list)
    currency = models.CharField(max_length=3)
    total = MoneyField()
    channel_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)
    words = words_field("company_name", "payer_name", "external_id", "memo")

    objects = PaymentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "api_id"], name="one_row_per_payment")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["store", "processing_status", "created_at", "api_id"], name="payment_by_status"
            ),
            models.Index(fields=["store", "created_at", "api_id"], name="payment_by_creation"),
            # Counts and sums of all payments by status and currency read this index alone.
            models.Index(
                fields=["store", "processing_status", "currency"],
                include=["company_id", "applied_status", "total"],
                condition=models.Q(gone_at=None),
                name="payment_sums",
            ),
            models.Index(fields=["store", "currency", "total", "api_id"], name="payment_by_total"),
            GinIndex(fields=["words"], name="payment_by_words"),
            models.Index(fields=["store", "company_id", "created_at", "api_id"], name="payment_of_company"),
            models.Index(fields=["store", "external_id"], name="payment_by_external_id"),
        ]

    def __str__(self) -> str:
        return f"Payment #{self.api_id}"

    @property
    def is_offline(self) -> bool:
        return self.module_name == OFFLINE_MODULE

    @property
    def counts(self) -> bool:
        return counts(self.applied_status, self.processing_status)

    @property
    def total_money(self) -> Money:
        return Money(self.total, self.currency)


class PaymentLine(models.Model):
    """The part of a payment that goes to one invoice. Read through its payment, which says who may see it."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    payment_id = models.BigIntegerField()
    position = models.SmallIntegerField()
    invoice_id = models.BigIntegerField()
    invoice_number = models.TextField(blank=True)
    currency = models.CharField(max_length=3)
    amount = MoneyField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["store", "payment_id", "position"], name="one_row_per_payment_line"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["store", "invoice_id"], name="payment_line_of_invoice")]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} to invoice {self.invoice_id}"

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)
