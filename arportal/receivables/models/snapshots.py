"""Month-ends as they were: the ageing of each company, kept when the month was over, to be compared ever after."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from arportal.mirror.models.rows import MoneyField
from arportal.receivables.models.ageing import Basis
from arportal.stores.models import OfCompanyQuerySet, Store


class AgeingSnapshot(models.Model):
    """The ageing as of the end of a day, as it was known at a moment, in these buckets (their last days)."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    as_of = models.DateField()
    known_at = models.DateTimeField()
    basis = models.CharField(max_length=6, choices=Basis)
    buckets = models.CharField(max_length=80)
    kept_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "as_of"], name="one_snapshot_of_a_day")
        ]

    def __str__(self) -> str:
        return f"Ageing of {self.store} as of {self.as_of}"


class SnapshotRowQuerySet(OfCompanyQuerySet["SnapshotRow"]):
    store_field = "snapshot__store_id"


class SnapshotRow(models.Model):
    """One company in one currency: an amount for each bucket, and the credits."""

    snapshot = models.ForeignKey(
        AgeingSnapshot, on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    company_id = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    amounts = ArrayField(MoneyField())
    # Their sum.
    open = MoneyField()
    credit = MoneyField()

    objects = SnapshotRowQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["snapshot", "company_id", "currency"], name="one_row_per_snapshot_company"
            )
        ]

    def __str__(self) -> str:
        return f"Company {self.company_id} in {self.currency}"
