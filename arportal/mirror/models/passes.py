from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from arportal.stores.models import Store


class SyncPass(models.Model):
    """One run of the sync over a store: when, how far, how many rows it changed, and what stopped it."""

    class Kind(models.TextChoices):
        FULL = "full", _("Full")
        INCREMENTAL = "incremental", _("Incremental")

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="sync_passes")
    kind = models.CharField(max_length=20, choices=Kind)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    rows_changed = models.IntegerField(default=0)
    problem = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["store", "-started_at"], name="pass_by_start")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} sync of {self.store} at {self.started_at:%Y-%m-%d %H:%M}"


class Watermark(models.Model):
    """The newest updatedAt of a resource that a complete pass has seen."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+")
    resource = models.CharField(max_length=40)
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "resource"], name="one_watermark_per_resource")
        ]

    def __str__(self) -> str:
        return f"{self.resource} up to {self.updated_at:%Y-%m-%d %H:%M:%S}"
