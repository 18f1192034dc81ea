"""Exports of many PDFs at once: what was asked for, how far it is, and the finished archive.

The bytes lie in PostgreSQL, for workers and web servers may be on different machines and this is the one place
they share: what a worker has committed survives its death, and is removed and backed up with the rows.
"""

import datetime as dt
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from arportal.stores.models import Membership, Store

# An export can be downloaded for so long after it was finished.
KEPT = dt.timedelta(days=7)


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, actor: Membership) -> Self:
        """Exports of the actor's store in which there is no company that the actor may not see."""
        exports = self.filter(store_id=actor.store_id)
        return exports if actor.all_companies else exports.filter(company_ids__contained_by=actor.company_ids)

    def unfinished(self) -> Self:
        return self.filter(state__in=[Export.State.RUNNING, Export.State.PACKING])


class Export(models.Model):
    """Many PDFs somebody asked for: of invoices, or statements of companies. Its id is born in the form, so that a
    double click is one."""

    class Of(models.TextChoices):
        INVOICES = "invoices", _("Invoices")
        STATEMENTS = "statements", _("Statements")

    class Source(models.TextChoices):
        STORE = "store", _("Store's own")
        OURS = "ours", _("arportal layout")
        EINVOICE = "einvoice", _("E-invoices")

    class Shape(models.TextChoices):
        ZIP = "zip", _("A zip file of PDFs")
        MERGED = "merged", _("One merged PDF")
        MAIL = "mail", _("Mails to the companies")

    class State(models.TextChoices):
        RUNNING = "running", _("In progress")
        PACKING = "packing", _("Being packed")
        READY = "ready", _("Ready")
        STOPPED = "stopped", _("Stopped")

    id = models.UUIDField(primary_key=True)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    actor = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    of = models.CharField(max_length=10, choices=Of, default=Of.INVOICES)
    source = models.CharField(max_length=10, choices=Source)
    shape = models.CharField(max_length=10, choices=Shape)
    # What was chosen, in words, such as "Status: Overdue".
    words = models.TextField(blank=True)
    # Of statements: from which day to which, and of what; see exports/statements.py.
    question = models.JSONField(default=dict)
    # Of all its invoices: who may see the export is told by them.
    company_ids: Any = ArrayField(models.BigIntegerField())
    total = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    asked_at = models.DateTimeField(auto_now_add=True)
    # When the work on what is not done yet began: later than asked_at after a retry.
    began_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    # While the store cannot be asked: when it is tried again.
    waits_until = models.DateTimeField(null=True)
    # Why it waits, or was stopped.
    problem = models.TextField(blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["store", "-asked_at"], name="export_newest")]

    def __str__(self) -> str:
        return f"{self.total} PDFs, {self.get_state_display()}"


class ExportItem(models.Model):
    """One invoice of an export, as it was when asked for, or one company, and what became of its PDF."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        TAKEN = "taken", _("Being fetched")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="items", db_index=False)
    position = models.PositiveIntegerField()
    # API id, as everywhere: the mirror may be rebuilt while an export runs.
    invoice_id = models.BigIntegerField(null=True)
    # Of a statement; an invoice may move to another company meanwhile.
    company_id = models.BigIntegerField(null=True)
    number = models.TextField(blank=True)
    company_name = models.TextField(blank=True)
    filename = models.CharField(max_length=255)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    # Which of the export's lanes took it; told by that lane's lock whether the taker still lives.
    lane = models.PositiveSmallIntegerField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(null=True)
    # Of an export of e-invoices: the profile that its PDF keeps, "" for a plain one; why, in words; and its XML.
    profile = models.CharField(max_length=20, blank=True)
    verdict = models.TextField(blank=True)
    xml_sha256 = models.CharField(max_length=64, blank=True)
    # Whether the bytes were taken from the cache instead of being fetched or made for this export.
    was_kept = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    is_worth_retrying = models.BooleanField(default=False)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["export", "invoice_id"], name="one_item_per_invoice"),
            models.UniqueConstraint(fields=["export", "company_id"], name="one_item_per_company"),
            models.UniqueConstraint(fields=["export", "filename"], name="one_item_per_filename"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["export", "state", "tries", "position"], name="export_item_next")
        ]

    def __str__(self) -> str:
        return f"{self.number or self.company_name}: {self.get_state_display()}"

    @property
    def xml_name(self) -> str:
        return f"{self.filename.removesuffix('.pdf')}.xml"


class ExportFile(models.Model):
    """The PDF of a done item, and the XML beside it, until the archive no longer needs to be made from it."""

    item = models.OneToOneField(ExportItem, on_delete=models.CASCADE, primary_key=True, related_name="file")
    content = models.BinaryField()
    xml = models.BinaryField(default=b"")

    def __str__(self) -> str:
        return f"PDF of {self.item}"


class Archive(models.Model):
    """The file to download: the zip or the merged PDF, and its two lists (CSV, as they are sent)."""

    export = models.OneToOneField(Export, on_delete=models.CASCADE, related_name="archive")
    # Of the archive itself; both empty when there is not one PDF to put in.
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0)
    files = models.PositiveIntegerField()
    manifest = models.BinaryField()
    failures = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.files} PDFs, {self.size} bytes"


class ArchivePiece(models.Model):
    """A megabyte of an archive: small enough to be read and sent without holding the whole."""

    archive = models.ForeignKey(Archive, on_delete=models.CASCADE, related_name="pieces", db_index=False)
    position = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["archive", "position"], name="one_piece_per_position")
        ]

    def __str__(self) -> str:
        return f"Piece {self.position} of {self.archive}"
