"""The ledger of receivables: each movement of an invoice's balance, with when it took effect and when we saw it.

It refers to the API's ids, never to rows of the mirror: the mirror may be dropped, the ledger may not.
"""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from arportal.b2b import Money
from arportal.mirror.models.rows import MoneyField
from arportal.stores.models import OfCompanyQuerySet, Store


class Ledger(models.Model):
    """The ledger of one store: how far it is built, and what the latest recount found.

    Whoever writes entries of the store locks this row first, so that no two post the same movement.
    """

    store = models.OneToOneField(Store, on_delete=models.CASCADE, related_name="ledger", primary_key=True)
    # What was known before it began counts as seen at this moment.
    began_at = models.DateTimeField()
    # While it is being built: the last invoice (by API id) that has its entries.
    built_to = models.BigIntegerField(default=0)
    built_at = models.DateTimeField(null=True)
    # The store's day as of which CompanyBalance has what is overdue and how late.
    overdue_as_of = models.DateField()
    recounted_at = models.DateTimeField(null=True)
    # Of the latest recount: invoices whose entries did not add up to their balance. 0 is what must be found.
    differences = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"Ledger of {self.store}"


class LedgerEntryQuerySet(OfCompanyQuerySet["LedgerEntry"]):
    def not_explained(self) -> Self:
        """Movements that no payment, receipt or Change accounts for."""
        return self.filter(cause__in=LedgerEntry.NOT_EXPLAINED)


class LedgerEntry(models.Model):
    """One movement; above zero more is owed. Append-only: a trigger of the database refuses anything else."""

    class Cause(models.TextChoices):
        ISSUED = "issued", _("Invoice issued")
        REISSUED = "re-issued", _("Invoice amount changed")
        PAYMENT = "payment", _("Payment")
        REVERSED = "reversed", _("Payment reversed")
        PAYMENT_DELETED = "payment-deleted", _("Payment deleted")
        CALLED_PAID = "called-paid", _("Called paid by the store")
        WRITE_OFF = "write-off", _("Write-off")
        CREDIT = "credit", _("Credit applied")
        EDITED = "edited", _("Balance edited here")
        EDITED_OUTSIDE = "edited-outside", _("Balance edited outside")
        UNEXPLAINED = "unexplained", _("Unexplained")
        OPENING = "opening", _("Opening difference")
        DELETED = "deleted", _("Invoice deleted")
        RETURNED = "returned", _("Invoice returned")
        MOVED_OUT = "moved-out", _("Moved to another company")
        MOVED_IN = "moved-in", _("Moved from another company")

    NOT_EXPLAINED = (Cause.EDITED_OUTSIDE, Cause.UNEXPLAINED, Cause.OPENING)

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    company_id = models.BigIntegerField()
    invoice_id = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    amount = MoneyField()
    # When it happened, as the store says; never after it was seen.
    effective_at = models.DateTimeField()
    # The store's day of that.
    effective_on = models.DateField()
    # When the transaction began that wrote it.
    observed_at = models.DateTimeField()
    cause = models.CharField(max_length=20, choices=Cause)
    # The payment's API id, of the three causes about payments.
    cause_id = models.BigIntegerField(null=True)
    # The Change of ours that did it.
    change_id = models.UUIDField(null=True)

    objects = LedgerEntryQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            # Balances as of a day read this index alone.
            models.Index(
                fields=["store", "invoice_id", "id"],
                include=["company_id", "currency", "amount", "effective_on", "cause"],
                name="ledger_of_invoice",
            ),
            models.Index(
                fields=["store", "company_id", "effective_on"],
                include=["invoice_id", "currency", "amount"],
                name="ledger_of_company",
            ),
            models.Index(
                fields=["store", "observed_at", "id"],
                condition=models.Q(cause__in=["edited-outside", "unexplained", "opening"]),
                name="ledger_not_explained",
            ),
            models.Index(
                fields=["store", "cause_id"],
                condition=models.Q(cause_id__isnull=False),
                name="ledger_of_payment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()}: {self.amount} {self.currency}"

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def api_id(self) -> int:
        """Its own id, under the name by which lists know their rows: the API has no such thing."""
        return self.pk


class InvoiceDays(models.Model):
    """The days by which an invoice ages, as they were known from a moment on. Append-only like the entries."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    invoice_id = models.BigIntegerField()
    due_on = models.DateField(null=True)
    issued_on = models.DateField(null=True)
    observed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["store", "invoice_id", "-id"],
                include=["due_on", "issued_on", "observed_at"],
                name="days_of_invoice",
            )
        ]

    def __str__(self) -> str:
        return f"Invoice {self.invoice_id}: due {self.due_on}"
