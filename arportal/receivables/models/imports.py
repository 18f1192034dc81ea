"""Files of payments or invoices that people import: the file, its lines, and what was made of each."""

from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from arportal.mirror.models.rows import MoneyField
from arportal.stores.models import Membership, Store


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, actor: Membership) -> Self:
        """Those of the whole store for who sees all its companies; else one's own, in which there is no company that
        one may not see by now."""
        imports = self.filter(store_id=actor.store_id)
        if actor.all_companies:
            return imports
        return imports.filter(actor=actor, company_ids__contained_by=actor.company_ids)

    def unfinished(self) -> Self:
        """Those on which a worker has something to do."""
        return self.filter(state__in=[Import.State.CHECKING, Import.State.RUNNING])

    def in_state(self, state: "Import.State") -> Self:
        """Those that are so far, with what working on them reads."""
        return self.filter(state=state).select_related("store", "actor__user", "actor__store")


class Import(models.Model):
    """A file, how it is read, and how far it is. Its id is born in the form, so that sent twice it is one."""

    class Of(models.TextChoices):
        PAYMENTS = "payments", _("Offline payments")
        INVOICES = "invoices", _("Invoices")

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Columns to be assigned")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked, not started")
        RUNNING = "running", _("In progress")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.UUIDField(primary_key=True)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    actor = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    of = models.CharField(max_length=10, choices=Of)
    # Who makes such files, as the person calls them; the assignment of columns is remembered by it.
    sender = models.CharField(max_length=100, blank=True)
    file_name = models.CharField(max_length=255)
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    # How the file is read (`tables.table.Reading`), and what its columns mean (`imports.mapping.Mapping`).
    reading = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    # The names of the columns, and how many lines there are below them.
    columns = models.JSONField(default=list)
    lines = models.PositiveIntegerField(default=0)
    # Of the lines that can be imported: who may see the import is told by them.
    company_ids: Any = ArrayField(models.BigIntegerField(), default=list)
    # So many are checked by now.
    checked = models.PositiveIntegerField(default=0)
    # Why it could not be checked.
    problem = models.TextField(blank=True)
    uploaded_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["store", "-uploaded_at"], name="import_newest")]

    def __str__(self) -> str:
        return f"{self.file_name}: {self.get_state_display()}"


class ImportFile(models.Model):
    """The bytes of the file, until its lines are all that is needed."""

    of = models.OneToOneField(Import, on_delete=models.CASCADE, primary_key=True, related_name="file")
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"File of {self.of}"


class ImportRow(models.Model):
    """One line of the file, and what is or was made of it."""

    class State(models.TextChoices):
        READY = "ready", _("New")
        DOUBTFUL = "doubtful", _("Looks like a recorded payment")
        THERE = "there", _("Already there")
        REFUSED = "refused", _("Refused")
        ASKED = "asked", _("Requested")

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows", db_index=False)
    line = models.PositiveIntegerField()
    # The cells as JSON (`tables.table.of_json`).
    cells: Any = models.JSONField()
    # The form of the verb, for what can be asked for.
    content = models.JSONField(default=dict)
    company_id = models.BigIntegerField(null=True)
    amount = MoneyField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    state = models.CharField(max_length=10, choices=State)
    # Why it is refused, or what it looks like.
    reason = models.TextField(blank=True)
    # Made of what the line says: the same line of another file is the same Change.
    change_id = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["of", "line"], name="one_row_per_line")]
        indexes: ClassVar = [models.Index(fields=["of", "state", "line"], name="import_row_next")]

    def __str__(self) -> str:
        return f"Line {self.line}: {self.get_state_display()}"


class ImportSender(models.Model):
    """The columns of a sender's files, as they were assigned last."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    of = models.CharField(max_length=10, choices=Import.Of)
    name = models.CharField(max_length=100)
    reading = models.JSONField()
    mapping = models.JSONField()
    used_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "of", "name"], name="one_row_per_import_sender")
        ]

    def __str__(self) -> str:
        return self.name
