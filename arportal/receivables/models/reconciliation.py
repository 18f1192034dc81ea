"""Comparing the store's payments with what was asked of it, and what was found that does not fit."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from arportal.receivables.models.changes import Change
from arportal.stores.models import Membership, OfCompanyQuerySet, Store


class Reconciliation(models.Model):
    """One comparison. `problem` says in words why it could not be brought to its end; "" when it was."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="reconciliations")
    # Who asked for it; null for the hourly ones.
    asked_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, related_name="+", null=True)
    started_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True)
    compared = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["store", "-started_at"], name="sweep_of_store")]

    def __str__(self) -> str:
        return f"Reconciliation of {self.started_at}"


class DiscrepancyQuerySet(OfCompanyQuerySet["Discrepancy"]):
    def open(self) -> Self:
        return self.filter(resolved_at=None)


class Discrepancy(models.Model):
    """Something at the store that a Change does not account for. Found again it is the same row; nothing is
    ever repaired by itself, but what is no longer so is resolved by itself."""

    class Kind(models.TextChoices):
        DOUBLE = "double", _("Recorded more than once")
        UNWANTED = "unwanted", _("At the store, but should not be")
        UNKNOWN = "stranger", _("Unknown here")
        DIFFERS = "differs", _("Not as requested")
        MISSING = "missing", _("No longer at the store")
        STUCK = "stuck", _("Unconfirmed for a long time")

    class Resolution(models.TextChoices):
        GONE = "gone", _("Resolved by itself")
        REPAIRED = "repaired", _("Repaired")
        LEFT = "left", _("Left as is")

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="discrepancies")
    kind = models.CharField(max_length=20, choices=Kind)
    # The id of the Change, as the store's payments carry it; of a stranger, no Change has it.
    external_id = models.UUIDField()
    change = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="discrepancies", null=True)
    company_id = models.BigIntegerField()
    payment_ids = ArrayField(models.BigIntegerField(), default=list)
    # {"asked": {…} or null, "held": [{"payment_id", …}]}, each with company_id, currency, total and lines.
    details = models.JSONField(default=dict)
    found_at = models.DateTimeField(db_default=Now(), editable=False)
    resolved_at = models.DateTimeField(null=True)
    resolution = models.CharField(max_length=10, choices=Resolution, blank=True)
    # Null when it went by itself.
    resolved_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)
    note = models.TextField(blank=True)

    objects = DiscrepancyQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "kind", "external_id"], name="one_row_per_discrepancy")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["store", "found_at"],
                condition=models.Q(resolved_at=None),
                name="discrepancy_to_repair",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.external_id}"

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None
