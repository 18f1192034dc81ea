"""What happened in a store, row by row: written once, sealed soon after, never changed."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from arportal.stores.models.memberships import Membership
from arportal.stores.models.stores import Store


class Activity(models.Model):
    """One thing that happened: what a person did, or what became of it.

    A Change is not copied: its row here names it, and the seal is over both. Rows are sealed in the order of their
    `position`; each seal is a hash over the row and the seal before it. A trigger refuses every other update, and
    every deletion.
    """

    class Kind(models.TextChoices):
        CHANGE = "change", _("Change")
        # What became of a Change: shown in the row of the Change itself.
        OUTCOME = "outcome", _("Outcome of a change")
        APPROVAL = "approval", _("Approval")
        REPAIR = "repair", _("Repair")
        ON_ACCOUNT = "on account", _("Money on account")
        BANK = "bank", _("Bank statements")
        COLLECTION = "collection", _("Collections")
        MAIL = "mail", _("Mail")
        REMINDERS = "reminders", _("Reminders")
        STATEMENTS = "statements", _("Statements")
        EXPORT = "export", _("Export")
        DOWNLOAD = "download", _("Download")
        IMPORT = "import", _("Import")
        RATE = "rate", _("Exchange rate")
        TEXT = "text", _("Text or branding")
        E_INVOICE = "e-invoice", _("E-invoices")
        RULE = "rule", _("Rule of the store")
        PERIOD = "period", _("Closed month")
        STORE = "store", _("Connection of the store")
        TOKEN = "token", _("API token")
        PERSON = "person", _("People and roles")
        SIGN_IN = "sign in", _("Sign-in")
        SIGN_IN_FAILED = "sign in failed", _("Failed sign-in")
        SIGN_OUT = "sign out", _("Sign-out")

    class About(models.TextChoices):
        """Kinds of documents, named as their pages are."""

        INVOICE = "invoice", _("Invoice")
        PAYMENT = "payment", _("Payment")
        RECEIPT = "receipt", _("Receipt")
        ORDER = "order", _("Order")
        COMPANY = "company", _("Company")

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(db_default=Now(), editable=False)
    # None for what arportal did by itself, and for whoever failed to sign in.
    actor = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    # The name as it was then; "" for arportal itself.
    who = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=20, choices=Kind)
    words = models.TextField(blank=True)
    # API ids, as everywhere: the mirror may be rebuilt.
    company_id = models.BigIntegerField(null=True)
    about = models.CharField(max_length=10, choices=About, blank=True)
    about_id = models.BigIntegerField(null=True)
    # Of a Change, which stands a floor above this one.
    change_id = models.UUIDField(null=True)
    details = models.JSONField(default=dict)
    # Of sealed rows: from 1 on, without a gap, in each store.
    position = models.BigIntegerField(null=True)
    seal = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "position"], name="one_activity_per_position")
        ]
        indexes: ClassVar = [
            models.Index(fields=["store", "at", "id"], name="activity_newest"),
            models.Index(fields=["store", "company_id", "at", "id"], name="activity_of_company"),
            models.Index(fields=["actor", "at", "id"], name="activity_of_person"),
            models.Index(
                fields=["store", "about", "about_id"],
                condition=models.Q(about_id__isnull=False),
                name="activity_of_document",
            ),
            models.Index(
                fields=["change_id"], condition=models.Q(change_id__isnull=False), name="activity_of_change"
            ),
            models.Index(fields=["store", "id"], condition=models.Q(position=None), name="activity_to_seal"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.words}"

    @property
    def api_id(self) -> int:
        """By what lists tell their rows apart."""
        return self.pk


class ActivityChain(models.Model):
    """The end of a store's chain: without it, nobody would miss the last rows. Locked by whoever seals."""

    store = models.OneToOneField(Store, on_delete=models.PROTECT, primary_key=True, related_name="+")
    position = models.BigIntegerField(default=0)
    seal = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.store}: {self.position} sealed"
