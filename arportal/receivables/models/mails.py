"""Mails to companies: what each says, to whom it goes, and what became of it. Nothing of them is ever changed or
deleted but how far they are."""

import uuid
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from arportal.stores.models import Membership, OfCompanyQuerySet, Store

# As long as an address may be (RFC 5321).
LONGEST_ADDRESS = 254


class MailQuerySet(OfCompanyQuerySet["Mail"]):
    pass


class Mail(models.Model):
    """One text to one company, sent to each recipient by itself. Its id is born in the form."""

    class Kind(models.TextChoices):
        STATEMENT = "statement", _("Statement")
        REMINDER = "reminder", _("Reminder")

    id = models.UUIDField(primary_key=True)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    company_id = models.BigIntegerField()
    kind = models.CharField(max_length=20, choices=Kind)
    # Who asked for it; null where the store lets them go by themselves.
    actor = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)
    # Mails that one form asked for together.
    batch = models.UUIDField(null=True)
    subject = models.TextField()
    text = models.TextField()
    html = models.TextField()
    invoice_ids = ArrayField(models.BigIntegerField(), default=list)
    # What whoever asks "still to be sent?" needs to know of it: see receivables/mails/checks.py.
    details = models.JSONField(default=dict)
    # The mail that was not sent because its figures had changed meanwhile.
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, related_name="replaced_by", null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MailQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["store", "company_id", "-created_at"], name="mail_of_company"),
            models.Index(fields=["batch"], condition=models.Q(batch__isnull=False), name="mail_of_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}"


class MailAttachment(models.Model):
    """A file that goes with a mail, kept as it was sent."""

    mail = models.ForeignKey(Mail, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.name


class MailRecipientQuerySet(OfCompanyQuerySet["MailRecipient"]):
    def queued(self, store: Store) -> Self:
        return self.filter(store=store, state=MailRecipient.State.QUEUED)


class MailRecipient(models.Model):
    """One delivery of a mail to one address. A person who sends it again makes another row."""

    class State(models.TextChoices):
        QUEUED = "queued", _("To be sent")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        REFUSED = "refused", _("Refused")
        # It may have arrived: never sent again by itself.
        UNKNOWN = "unknown", _("Unclear")
        # No mail server is set up.
        KEPT = "kept", _("Kept, not sent")
        # No longer to be sent when its turn came.
        DROPPED = "dropped", _("Not sent")
        BOUNCED = "bounced", _("Bounced")

    mail = models.ForeignKey(Mail, on_delete=models.CASCADE, related_name="recipients")
    # Those of the mail, so that the log is found by an index.
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    company_id = models.BigIntegerField()
    # Born in the form that sends it again: sent twice, that is one delivery.
    key = models.UUIDField(unique=True, default=uuid.uuid4)
    address = models.CharField(max_length=LONGEST_ADDRESS)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    # Numbers the attempts: whoever was overtaken by another process settles nothing.
    tries = models.PositiveIntegerField(default=0)
    # The server's own words, or ours where it said nothing.
    reply = models.TextField(blank=True)
    # What the returned mail says, of one that bounced.
    note = models.TextField(blank=True)
    # The same for each try of a delivery in doubt, so that the server of the other side may know it again.
    message_id = models.CharField(max_length=255)
    queued_at = models.DateTimeField(default=timezone.now, editable=False)
    next_try_at = models.DateTimeField(default=timezone.now)
    # When its state was reached.
    settled_at = models.DateTimeField(null=True)
    # Who had it sent again, and who noted that it came back.
    resent_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)
    noted_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)

    objects = MailRecipientQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(state__in=["queued", "sending"]),
                name="mail_to_send",
            ),
            models.Index(fields=["store", "queued_at", "id"], name="delivery_newest"),
            models.Index(fields=["store", "company_id", "queued_at"], name="delivery_to_company"),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.get_state_display()}"

    @property
    def api_id(self) -> int:
        """The id by which lists tell their rows apart."""
        return self.pk


class CompanyAddress(models.Model):
    """An address to which a company's mails go. Removed ones stay: whoever alters where statements go leaves a
    trace."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    company_id = models.BigIntegerField()
    address = models.CharField(_("e-mail address"), max_length=LONGEST_ADDRESS)
    added_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    removed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "store",
                "company_id",
                Lower("address"),
                condition=models.Q(removed_at=None),
                name="one_row_per_company_address",
            )
        ]

    def __str__(self) -> str:
        return self.address


class MailText(models.Model):
    """A store's own subject and text for a kind of mail. The newest row counts; an empty one is the text we bring.

    Rows are added and never changed: what customers were told, and who worded it, stays.
    """

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=20, choices=Mail.Kind)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("text"), max_length=5000, blank=True)
    saved_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["store", "kind", "-id"], name="mail_text_newest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.store}"
