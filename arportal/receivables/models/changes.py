"""Every change somebody asked the store to make."""

from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from arportal.mirror.models.rows import MoneyField
from arportal.stores.models import Membership, OfCompanyQuerySet, Store


class ChangeQuerySet(OfCompanyQuerySet["Change"]):
    def unfinished(self) -> Self:
        """Those that may still move something, or that moved what the mirror does not show yet."""
        return self.filter(mirrored_at=None).exclude(state=Change.State.REFUSED)

    def under_way(self) -> Self:
        return self.filter(state__in=Change.UNDER_WAY)

    def to_approve(self) -> Self:
        return self.filter(state=Change.State.WAITING)

    def in_line(self) -> Self:
        """Those that wait until their store has room, in the order in which they were asked for."""
        return self.filter(state=Change.State.ASKED, is_deferred=True).order_by("asked_at", "pk")

    def not_mirrored(self) -> Self:
        """Done at the store, but not yet read back."""
        return self.filter(state=Change.State.APPLIED, mirrored_at=None)


class Change(models.Model):
    """One thing somebody asked the store to do: outbox, audit trail and history at once.

    Its id is born in the form, so that a double click or a reload is the same Change. API objects are
    named by API id, never by foreign key: the mirror may be rebuilt, this may not.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for approval")
        ASKED = "asked", _("Waiting to be sent")
        SENT = "sent", _("Sent")
        UNKNOWN = "unknown", _("Being confirmed")
        APPLIED = "applied", _("Done")
        REFUSED = "refused", _("Refused")

    # To be sent, sent, or being confirmed: whoever asked has done their part.
    UNDER_WAY: ClassVar = (State.ASKED, State.SENT, State.UNKNOWN)

    class Verb(models.TextChoices):
        RECORD_PAYMENT = "record payment", _("Record payment")
        EDIT_PAYMENT = "edit payment", _("Edit payment")
        SET_PAYMENT_STATUS = "set payment status", _("Move payment")
        OPERATE_PAYMENT = "operate payment", _("Payment operation")
        DELETE_PAYMENT = "delete payment", _("Delete payment")
        DELETE_RECEIPT = "delete receipt", _("Delete receipt")
        INVOICE_ORDER = "invoice order", _("Invoice order")
        CREATE_INVOICE = "create invoice", _("Create invoice")
        EDIT_INVOICE = "edit invoice", _("Edit invoice")
        SET_DUE_DATE = "set due date", _("Change due date")
        DELETE_INVOICE = "delete invoice", _("Delete invoice")
        WRITE_OFF = "write off", _("Write off")
        UNDO_WRITE_OFF = "undo write off", _("Undo write-off")
        APPLY_CREDIT = "apply credit", _("Apply credit")
        UNDO_CREDIT = "undo credit", _("Take back applied credit")
        RECORD_ORDER = "record order", _("Register order")
        EDIT_ORDER = "edit order", _("Edit order")
        CONVERT_ORDERS = "convert orders", _("Assign orders")
        REASSIGN_ORDERS = "reassign orders", _("Assign orders of a customer group")
        SWITCH_METHODS = "switch methods", _("Change payment methods")
        SET_CREDIT_HOLD = "set credit hold", _("Hold or release credit")
        SET_CREDIT = "set credit", _("Set credit")
        SET_TERMS = "set terms", _("Set payment terms")
        SET_COMPANY_STATUS = "set company status", _("Set company status")
        SET_PARENT = "set parent", _("Move company in its hierarchy")
        EDIT_COMPANY = "edit company", _("Edit company")
        ADD_BUYER = "add buyer", _("Add buyer")
        EDIT_BUYER = "edit buyer", _("Edit buyer")
        REMOVE_BUYER = "remove buyer", _("Remove buyer")

    id = models.UUIDField(primary_key=True)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="changes")
    actor = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="changes")
    verb = models.CharField(max_length=40, choices=Verb)
    company_id = models.BigIntegerField()
    # API id of the payment, invoice, … concerned; of a new one, known once the API has answered.
    target_id = models.BigIntegerField(null=True)
    # API id of the second invoice that it changes: of the credit that is applied.
    credit_id = models.BigIntegerField(null=True)
    payload = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    # What it moves, for limits of approval; null when it moves no money.
    amount = MoneyField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    # Changes asked for together, as a bulk move is; the worker carries them out one by one.
    batch = models.UUIDField(null=True)
    # Not to be sent at once, but by the worker, in its turn, when the store has room: see `line.py`.
    is_deferred = models.BooleanField(default=False)
    approved_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)
    approved_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    request_id = models.TextField(blank=True)
    # This and the moments below are the database's, by which many machines can measure the same time.
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    sent_at = models.DateTimeField(null=True)
    # When the store was last asked what became of this attempt.
    looked_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    # When the mirror was seen to hold what it did; until then its amounts count beside the mirror's.
    mirrored_at = models.DateTimeField(null=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["store", "company_id", "-asked_at"], name="change_of_company"),
            models.Index(fields=["store", "verb", "target_id"], name="change_of_target"),
            models.Index(
                fields=["store", "credit_id"],
                condition=models.Q(credit_id__isnull=False),
                name="change_of_credit",
            ),
            models.Index(
                fields=["sent_at"],
                condition=models.Q(state__in=["sent", "unknown"]),
                name="change_to_confirm",
            ),
            models.Index(
                fields=["store", "verb"],
                condition=models.Q(mirrored_at=None) & ~models.Q(state="refused"),
                name="change_unfinished",
            ),
            models.Index(fields=["batch"], condition=models.Q(batch__isnull=False), name="change_of_batch"),
            models.Index(
                fields=["store", "asked_at"], condition=models.Q(state="waiting"), name="change_to_approve"
            ),
            models.Index(
                fields=["store", "asked_at"],
                condition=models.Q(state="asked", is_deferred=True),
                name="change_in_line",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}: {self.get_state_display()}"

    @property
    def target(self) -> int:
        """The API id of what it changes. Raises ValueError where that is new, and has none yet."""
        if self.target_id is None:
            raise ValueError(f"Change {self.pk} names nothing that it changes.")
        return self.target_id

    @property
    def is_settled(self) -> bool:
        return self.state in (self.State.APPLIED, self.State.REFUSED)

    @property
    def is_unattended(self) -> bool:
        """Nobody waits before a page for its first answer."""
        return self.is_deferred or self.batch is not None or self.approved_at is not None

    @property
    def is_in_line(self) -> bool:
        """True while it waits until the store has room for it."""
        return self.is_deferred and self.state == self.State.ASKED
