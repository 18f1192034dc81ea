"""Sending what waits, one message at a time to each subscription: at least once, in no promised order.

A try is written down before it is made, with the moment at which it may be made again if nobody comes back to tell:
a process that dies in the middle leaves a message that is sent once more. A receiver that fails is left alone for a
while, with all of its messages, so that it takes up nobody's time.
"""

import datetime as dt
import random
import time
import uuid

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.receivables.models import WebhookAttempt, WebhookDelivery, WebhookSubscription
from arportal.receivables.webhooks.posting import Answer, post
from arportal.receivables.webhooks.secrets import headers
from arportal.receivables.webhooks.starting import start
from arportal.stores.activity import Kind, record

State = WebhookDelivery.State
# A worker's turn with one subscription, in seconds; then others have theirs.
TURN = 40.0
# Longer than one request may take.
UNTIL_SENT_AGAIN = dt.timedelta(minutes=1)
# After each failed try of a message, and a fifth more or less; after the last it is given up: three days in all.
PAUSES = tuple(
    dt.timedelta(seconds=seconds)
    for seconds in (5, 60, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 20 * 3600)
)
# How long a receiver is left alone after each failure in a row.
SHORTEST_REST, LONGEST_REST = dt.timedelta(seconds=5), dt.timedelta(minutes=10)
# When nothing was taken for so long, people are told, and when for so long, nothing is sent any more.
TOLD_AFTER, PAUSED_AFTER = dt.timedelta(hours=1), dt.timedelta(days=5)
KEPT = dt.timedelta(days=30)
_FORGET = (
    "DELETE FROM receivables_webhookattempt AS attempt USING receivables_webhookdelivery AS delivery,"
    " receivables_webhookevent AS event"
    " WHERE attempt.delivery_id = delivery.id AND delivery.event_id = event.id AND event.at < %s",
    "DELETE FROM receivables_webhookdelivery AS delivery USING receivables_webhookevent AS event"
    " WHERE delivery.event_id = event.id AND event.at < %s",
    "DELETE FROM receivables_webhookevent WHERE at < %s",
)


def due(now: dt.datetime) -> list[uuid.UUID]:
    """Ids of the subscriptions with something to send."""
    waiting = WebhookDelivery.objects.filter(state=State.WAITING, next_try_at__lte=now)
    active = WebhookSubscription.objects.active().exclude(next_try_at__gt=now)
    return list(active.filter(pk__in=waiting.order_by().values("subscription")).values_list("pk", flat=True))


def send_due(subscription_id: uuid.UUID) -> int:
    """Sends what is due until nothing is, a message fails or the turn is over; how many were taken."""
    end = time.monotonic() + TURN
    taken = 0
    while time.monotonic() < end:
        attempt = claim(subscription_id, timezone.now())
        if attempt is None:
            return taken
        event, subscription = attempt.delivery.event, attempt.delivery.subscription
        signed = headers(subscription, str(event.pk), event.body, timezone.now())
        answer = post(subscription.url, signed, event.body.encode())
        settle(attempt, answer, timezone.now())
        if not answer.is_taken:
            return taken
        taken += 1
    start(subscription_id)
    return taken


def claim(subscription_id: uuid.UUID, now: dt.datetime) -> WebhookAttempt | None:
    """The next message, if it is now this process's to send. Committed at once."""
    with transaction.atomic(durable=True):
        subscriptions = WebhookSubscription.objects.active().exclude(next_try_at__gt=now)
        waiting = WebhookDelivery.objects.filter(
            subscription__in=subscriptions.filter(pk=subscription_id),
            state=State.WAITING,
            next_try_at__lte=now,
        )
        rows = waiting.select_related("subscription__store", "event").order_by("pk")
        delivery = rows.select_for_update(skip_locked=True, of=("self",)).first()
        if delivery is None:
            return None
        delivery.attempts += 1
        delivery.next_try_at = now + UNTIL_SENT_AGAIN
        delivery.save(update_fields=["attempts", "next_try_at"])
        return WebhookAttempt.objects.create(delivery=delivery, at=now)


def settle(attempt: WebhookAttempt, answer: Answer, now: dt.datetime) -> None:
    """Writes down what became of a try, of the message unless another try has begun, and of the subscription."""
    attempt.seconds, attempt.status = answer.seconds, answer.status
    attempt.words, attempt.answer = answer.words, answer.begin
    delivery = attempt.delivery
    rows = WebhookDelivery.objects.filter(pk=delivery.pk, state=State.WAITING, attempts=delivery.attempts)
    with transaction.atomic():
        attempt.save(update_fields=["seconds", "status", "words", "answer"])
        subscription = WebhookSubscription.objects.select_for_update().get(pk=delivery.subscription_id)
        if answer.is_taken:
            rows.update(state=State.DELIVERED, settled_at=now)
            _works(subscription)
            return
        if delivery.attempts > len(PAUSES):
            rows.update(state=State.GIVEN_UP, settled_at=now)
        else:
            pause = PAUSES[delivery.attempts - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
            rows.update(next_try_at=now + pause)
        _fails(subscription, now)


def _works(subscription: WebhookSubscription) -> None:
    if not subscription.failures:
        return
    if subscription.told_at is not None:
        record(subscription.store, Kind.STORE, _("The webhook %(name)s works again") % _name(subscription))
    subscription.failures, subscription.failing_since = 0, None
    subscription.next_try_at = subscription.told_at = None
    subscription.save(update_fields=["failures", "failing_since", "next_try_at", "told_at"])


def _fails(subscription: WebhookSubscription, now: dt.datetime) -> None:
    rest = min(SHORTEST_REST * 2 ** min(subscription.failures, 10), LONGEST_REST)
    subscription.failures += 1
    subscription.failing_since = subscription.failing_since or now
    subscription.next_try_at = now + rest
    failing_for = now - subscription.failing_since
    if failing_for >= TOLD_AFTER and subscription.told_at is None:
        subscription.told_at = now
        record(subscription.store, Kind.STORE, _("The webhook %(name)s fails") % _name(subscription))
    if failing_for >= PAUSED_AFTER and subscription.paused_at is None:
        subscription.paused_at = now
        words = _("The webhook %(name)s has failed for days, and was paused")
        record(subscription.store, Kind.STORE, words % _name(subscription))
    subscription.save(
        update_fields=["failures", "failing_since", "next_try_at", "told_at", "paused_at"],
    )
    if subscription.paused_at is None:
        start(subscription.pk, rest.total_seconds())


def _name(subscription: WebhookSubscription) -> dict[str, str]:
    return {"name": subscription.name}


def forget_old(now: dt.datetime) -> None:
    """Messages of long ago, with what became of them."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _FORGET:
            cursor.execute(statement, [now - KEPT])
