import datetime as dt
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from arportal.stores.models import Store


class SyncPassManager(models.Manager["SyncPass"]):
    def begin(self, store: Store, *, full: bool) -> "SyncPass":
        """A new pass, or an earlier full one to go on with; short passes are for a store that was loaded once.

        Call it with no pass of the store under way in another process: what is not finished counts as dead.
        """
        passes = self.filter(store=store).order_by("started_at")
        full_passes = passes.filter(kind=SyncPass.Kind.FULL)
        unfinished = full_passes.filter(finished_at=None).last()
        dead = passes.filter(finished_at=None)
        if unfinished is not None:
            dead = dead.exclude(pk=unfinished.pk)
        problem = gettext("The process that ran this pass ended before it was done.")
        dead.update(finished_at=timezone.now(), problem=problem)
        if unfinished is not None:
            return unfinished
        is_loaded = full_passes.filter(problem="").exclude(finished_at=None).exists()
        broken = full_passes.exclude(problem="").last()
        if is_loaded or broken is None:
            kind = SyncPass.Kind.INCREMENTAL if is_loaded and not full else SyncPass.Kind.FULL
            return self.create(store=store, kind=kind, started_at=timezone.now())
        # A first load that the API broke off goes on where it was: its pages are here.
        broken.problem = ""
        broken.finished_at = None
        broken.save(update_fields=["problem", "finished_at"])
        return broken


class SyncPass(models.Model):
    """One run of the sync over a store: when, how far, how many rows it changed, and what stopped it.

    Without `finished_at` it is under way, or its process died; a full one is then continued by the next.
    """

    class Kind(models.TextChoices):
        FULL = "full", _("Full")
        INCREMENTAL = "incremental", _("Incremental")

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="sync_passes")
    kind = models.CharField(max_length=20, choices=Kind)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    rows_changed = models.IntegerField(default=0)
    rows_gone = models.IntegerField(default=0)
    requests = models.IntegerField(default=0)
    problem = models.TextField(blank=True)
    # What could not be read, as `left_out.Group`s; the rest is in.
    left_out = models.JSONField(default=list)

    objects = SyncPassManager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["store", "-started_at"], name="pass_by_start")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} sync of {self.store} at {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def took(self) -> dt.timedelta | None:
        return self.finished_at - self.started_at if self.finished_at else None


class Scan(models.Model):
    """The progress of a pass through one list: everything before `offset` is committed."""

    sync_pass = models.ForeignKey(SyncPass, on_delete=models.CASCADE, related_name="scans")
    resource = models.CharField(max_length=40)
    offset = models.IntegerField(default=0)
    total = models.IntegerField(null=True)
    # The newest updatedAt when the scan began: the watermark, once it is complete. Of a round of owed invoices, which
    # goes on in the next pass, the last row's createdAt and id.
    newest = models.DateTimeField(null=True)
    last_id = models.BigIntegerField(null=True)
    is_complete = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sync_pass", "resource"], name="one_scan_per_resource")
        ]

    def __str__(self) -> str:
        return f"{self.resource}: {self.offset} of {self.total}"

    def has_reached(self, key: tuple[dt.datetime | None, int]) -> bool:
        """True unless a row with this createdAt and id comes after the last that was read."""
        born, api_id = key
        if born is None or self.newest is None or self.last_id is None:
            return True
        return (born, api_id) <= (self.newest, self.last_id)


class Watermark(models.Model):
    """The state of a resource as a whole, moved by complete passes only."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+")
    resource = models.CharField(max_length=40)
    # The newest updatedAt that a complete pass has seen.
    updated_at = models.DateTimeField(null=True)
    # What the API had when reading it last began is here; and when a message said that something has changed.
    read_at = models.DateTimeField(null=True)
    wanted_at = models.DateTimeField(null=True)
    # Searches in a row that could not explain a difference in number, and when to try again after several.
    fruitless_searches = models.PositiveSmallIntegerField(default=0)
    search_after = models.DateTimeField(null=True)
    # When it is asked for again; in the next pass when null.
    due_at = models.DateTimeField(null=True)
    # Since when the store has been refusing it, and how many companies in a row were refused it.
    off_since = models.DateTimeField(null=True)
    refusals = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "resource"], name="one_watermark_per_resource")
        ]

    def __str__(self) -> str:
        return f"{self.resource} up to {self.updated_at}"

    @property
    def is_urgent(self) -> bool:
        """True if it was never read, failed, or was asked for since it was last read."""
        if self.due_at is None:
            return True
        return self.wanted_at is not None and (self.read_at is None or self.wanted_at > self.read_at)
