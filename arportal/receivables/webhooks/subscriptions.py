"""Webhooks in an admin's hands: making, changing, pausing and deleting subscriptions, new secrets, sending again."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.mirror.files.addresses import Declined
from arportal.receivables.models import TEST, WebhookDelivery, WebhookKind, WebhookSubscription
from arportal.receivables.webhooks.destinations import destination
from arportal.receivables.webhooks.events import write_down
from arportal.receivables.webhooks.secrets import OVERLAP, new_secret
from arportal.receivables.webhooks.starting import start
from arportal.stores.access import NotAllowed, Permission, require
from arportal.stores.activity import Kind, record
from arportal.stores.models import Membership
from arportal.stores.people import Refused
from arportal.stores.tokens import encrypt

MOST = 20
# Messages that are sent once more keep their ids, so that whoever had them already can tell.
_AGAIN = """
INSERT INTO receivables_webhookdelivery AS delivery
    (store_id, event_id, subscription_id, state, attempts, next_try_at)
SELECT %(store)s, id, %(subscription)s, 'waiting', 0, %(now)s FROM receivables_webhookevent
WHERE store_id = %(store)s AND at >= %(since)s AND kind = ANY(%(kinds)s)
ORDER BY at, id
ON CONFLICT (event_id, subscription_id) DO UPDATE
SET state = 'waiting', attempts = 0, next_try_at = excluded.next_try_at, settled_at = NULL
WHERE delivery.state <> 'waiting'
"""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    name: str
    url: str
    kinds: list[str]


def require_webhooks(actor: Membership) -> None:
    """Raises NotAllowed. Messages are of every company, so they are for who sees them all."""
    require(actor, Permission.CONFIGURE)
    if not actor.all_companies:
        raise NotAllowed(_("Webhooks tell of every company of the store."))


def webhooks_of(actor: Membership) -> QuerySet[WebhookSubscription]:
    """Those of the store, the newest first, deleted ones at the end."""
    require_webhooks(actor)
    rows = WebhookSubscription.objects.filter(store_id=actor.store_id).select_related("store")
    return rows.order_by("deleted_at", "-created_at", "pk")


def deliveries_of(actor: Membership) -> QuerySet[WebhookDelivery]:
    """Those of the store, the newest first."""
    rows = WebhookDelivery.objects.filter(subscription__in=webhooks_of(actor).order_by())
    return rows.select_related("event", "subscription").order_by("-pk")


def make_webhook(actor: Membership, webhook_id: uuid.UUID, wanted: Wanted) -> tuple[WebhookSubscription, str]:
    """The new subscription, and its secret, which nobody can be shown again: asked for under the same id once
    more, "". Raises NotAllowed, and Refused by field."""
    require_webhooks(actor)
    made = WebhookSubscription.objects.filter(pk=webhook_id, store_id=actor.store_id).first()
    if made is not None:
        return made, ""
    _check(wanted)
    if webhooks_of(actor).filter(deleted_at=None).count() >= MOST:
        raise Refused(_("This store has %(most)d webhooks: delete one first.") % {"most": MOST})
    secret = new_secret()
    with transaction.atomic():
        webhook = WebhookSubscription.objects.create(
            id=webhook_id,
            store=actor.store,
            name=wanted.name,
            url=wanted.url,
            kinds=wanted.kinds,
            encrypted_secret=encrypt(secret),
            created_by=actor,
        )
        _tell(actor, webhook, _("Made the webhook %(name)s"))
    return webhook, secret


def change_webhook(actor: Membership, webhook_id: uuid.UUID, wanted: Wanted) -> None:
    """Changes it; what still waits goes to the new address. Raises NotAllowed, DoesNotExist, and Refused by field."""
    _check(wanted)
    values = {"name": wanted.name, "url": wanted.url, "kinds": wanted.kinds}
    _change(actor, webhook_id, _("Changed the webhook %(name)s"), values)


def pause_webhook(actor: Membership, webhook_id: uuid.UUID) -> None:
    """Sends it nothing for a while; what it would get is written down."""
    _change(actor, webhook_id, _("Paused the webhook %(name)s"), {"paused_at": timezone.now()})


def resume_webhook(actor: Membership, webhook_id: uuid.UUID) -> None:
    """Sends what waits."""
    values = {
        "paused_at": None,
        "failing_since": None,
        "failures": 0,
        "next_try_at": None,
        "told_at": None,
    }
    _change(actor, webhook_id, _("Resumed the webhook %(name)s"), values)
    start(webhook_id)


def rotate_secret(actor: Membership, webhook_id: uuid.UUID) -> tuple[WebhookSubscription, str]:
    """The new secret. Both sign for a day; of a rotation before, the oldest no longer does."""
    secret = new_secret()
    with transaction.atomic():
        was = _locked(actor, webhook_id)
        values = {
            "encrypted_secret": encrypt(secret),
            "encrypted_old_secret": was.encrypted_secret,
            "old_secret_until": timezone.now() + OVERLAP,
        }
        webhook = _change(actor, webhook_id, _("Exchanged the secret of the webhook %(name)s"), values)
    return webhook, secret


def delete_webhook(actor: Membership, webhook_id: uuid.UUID) -> None:
    """Nothing is sent any more; the log stays as long as any."""
    now = timezone.now()
    values = {
        "deleted_at": now,
        "encrypted_secret": "",
        "encrypted_old_secret": "",
        "old_secret_until": None,
    }
    with transaction.atomic():
        webhook = _change(actor, webhook_id, _("Deleted the webhook %(name)s"), values)
        waiting = webhook.deliveries.filter(state=WebhookDelivery.State.WAITING)
        waiting.update(state=WebhookDelivery.State.GIVEN_UP, settled_at=now)


def send_test(actor: Membership, webhook_id: uuid.UUID) -> None:
    """A message of no thing, to this one alone."""
    with transaction.atomic():
        webhook = _locked(actor, webhook_id)
        write_down(webhook.store, TEST, [{"id": webhook_id.hex}], [webhook.pk])


def send_again(actor: Membership, delivery_id: int) -> WebhookDelivery:
    """One message, under its own id. Raises NotAllowed and DoesNotExist."""
    with transaction.atomic():
        delivery = deliveries_of(actor).filter(subscription__deleted_at=None).get(pk=delivery_id)
        rows = WebhookDelivery.objects.filter(pk=delivery_id).exclude(state=WebhookDelivery.State.WAITING)
        rows.update(
            state=WebhookDelivery.State.WAITING, attempts=0, next_try_at=timezone.now(), settled_at=None
        )
        _tell(actor, delivery.subscription, _("Had a message of the webhook %(name)s sent again"))
        start(delivery.subscription_id)
    return delivery


def send_all_again(actor: Membership, webhook_id: uuid.UUID, since: dt.datetime) -> int:
    """All messages of its kinds since then, under their own ids, those too that were never for it; how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        webhook = _locked(actor, webhook_id)
        values: dict[str, Any] = {
            "subscription": webhook.pk,
            "store": webhook.store_id,
            "kinds": webhook.kinds,
            "since": since,
            "now": timezone.now(),
        }
        cursor.execute(_AGAIN, values)
        count: int = cursor.rowcount
        words = _("Had all messages of the webhook %(name)s sent again")
        _tell(actor, webhook, words, since=since.isoformat(), messages=count)
        start(webhook.pk)
    return count


def _check(wanted: Wanted) -> None:
    if not wanted.kinds or not set(wanted.kinds) <= set(WebhookKind.values):
        raise Refused(_("Choose at least one."), "kinds")
    try:
        destination(wanted.url)
    except Declined as declined:
        raise Refused(str(declined), "url") from declined


def _locked(actor: Membership, webhook_id: uuid.UUID) -> WebhookSubscription:
    """Raises NotAllowed and DoesNotExist."""
    rows = webhooks_of(actor).filter(deleted_at=None).select_for_update(of=("self",))
    return rows.get(pk=webhook_id)


def _change(
    actor: Membership, webhook_id: uuid.UUID, words: str, values: dict[str, Any]
) -> WebhookSubscription:
    """Raises NotAllowed and DoesNotExist."""
    with transaction.atomic():
        webhook = _locked(actor, webhook_id)
        for name, value in values.items():
            setattr(webhook, name, value)
        webhook.save(update_fields=list(values))
        _tell(actor, webhook, words)
    return webhook


def _tell(actor: Membership, webhook: WebhookSubscription, words: str, **details: object) -> None:
    # Not the whole address: what stands behind the machine's name may be a secret.
    told = {"host": urlsplit(webhook.url).hostname, "kinds": webhook.kinds, **details}
    record(actor, Kind.STORE, words % {"name": webhook.name}, details=told)
