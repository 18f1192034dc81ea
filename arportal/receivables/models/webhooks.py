"""Messages that we send to programs of the merchant: who wants which, what was sent, and what became of it."""

import uuid
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from arportal.stores.models import Membership, Store


class WebhookKind(models.TextChoices):
    INVOICE = "invoice.changed", _("Invoice changed")
    PAYMENT = "payment.changed", _("Payment changed")
    CHANGE = "change.settled", _("Change settled")
    PROMISE = "promise.broken", _("Promise broken")
    DISCREPANCY = "discrepancy.found", _("Discrepancy found")


# Sent by hand alone, to the one subscription it is asked for.
TEST = "test"


class WebhookSubscriptionQuerySet(models.QuerySet["WebhookSubscription"]):
    def active(self) -> Self:
        """Those that are sent to."""
        return self.filter(deleted_at=None, paused_at=None)


class WebhookSubscription(models.Model):
    """An address that gets messages of these kinds. Its id is born in the form.

    What it is to get is written down while it is paused, too. A deleted one stays for its log, without its secret.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="webhooks")
    name = models.CharField(_("name"), max_length=100)
    url = models.CharField(_("address"), max_length=2000)
    kinds = ArrayField(models.CharField(max_length=30))
    encrypted_secret = models.TextField(editable=False)
    # The one before, which signs beside the new one until then.
    encrypted_old_secret = models.TextField(editable=False, blank=True)
    old_secret_until = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    paused_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    # Since when every attempt has failed, how many, and when the next may be made of whatever message.
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    # When the activity told that it fails.
    told_at = models.DateTimeField(null=True)

    objects = WebhookSubscriptionQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def kinds_in_words(self) -> list[str]:
        return [str(WebhookKind(kind).label) for kind in self.kinds]


class WebhookEvent(models.Model):
    """One thing that happened, as it is told to everybody: the bytes that are signed. The id is the message's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=30)
    body = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["store", "at"], name="webhook_event_of_store")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class WebhookDelivery(models.Model):
    """An event on its way to one subscription."""

    class State(models.TextChoices):
        WAITING = "waiting", _("To be sent")
        DELIVERED = "delivered", _("Taken")
        GIVEN_UP = "given up", _("Given up")

    # That of both, so that the database sees at once whose it is: the event is written by the same statement.
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    event = models.ForeignKey(WebhookEvent, on_delete=models.CASCADE, related_name="deliveries")
    subscription = models.ForeignKey(
        WebhookSubscription, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    # Since it was last to be sent anew; whoever was overtaken by another process settles nothing.
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "subscription"], name="one_delivery_of_event")
        ]
        indexes: ClassVar = [
            models.Index(fields=["subscription", "-id"], name="webhook_newest"),
            models.Index(
                fields=["subscription", "next_try_at"],
                condition=models.Q(state="waiting"),
                name="webhook_to_send",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.get_state_display()}"


class WebhookAttempt(models.Model):
    """One request. Written before it is made: without status and words, its process died, or is at it still."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    seconds = models.FloatField(null=True)
    # HTTP's, where there was an answer.
    status = models.PositiveSmallIntegerField(null=True)
    # Why there was none.
    words = models.TextField(blank=True)
    # The first characters of the answer.
    answer = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}: {self.status or self.words}"

    @property
    def milliseconds(self) -> int | None:
        return None if self.seconds is None else round(self.seconds * 1000)
