"""The outbox: what happened is written down in the transaction it happened in, for every subscription that wants it.

A message says what kind of thing it is about, which one and how it stands, never more than the REST API tells of it.
"""

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import connection
from django.utils import timezone

from arportal.mirror.prepared import prepared_cursor
from arportal.receivables.models import WebhookKind
from arportal.receivables.webhooks.starting import start
from arportal.stores.models import Store

# Of what is in `data`. Names are added without a new one; nothing is taken away or comes to mean something else.
VERSION = 1
Thing = Mapping[str, Any]
# Every page of the sync asks this: Django would take longer to write the statement than all the rest takes.
_WANTING = """
SELECT id FROM receivables_webhooksubscription
WHERE store_id = %s AND deleted_at IS NULL AND kinds @> ARRAY[%s]::varchar[]
"""
# All messages of a page, and who gets them, in one statement.
_WRITE_DOWN = """
WITH event AS (
    INSERT INTO receivables_webhookevent (id, store_id, kind, body, at)
    SELECT id, %(store)s, %(kind)s, body, %(now)s FROM json_to_recordset(%(events)s::json) AS new (id uuid, body text)
    RETURNING id
)
INSERT INTO receivables_webhookdelivery (store_id, event_id, subscription_id, state, attempts, next_try_at)
SELECT %(store)s, event.id, subscription.id, 'waiting', 0, %(now)s
FROM event, unnest(%(subscriptions)s::uuid[]) AS subscription (id)
"""


def tell(store: Store, kind: WebhookKind, things: Callable[[], Iterable[Thing]]) -> None:
    """Writes down one message for each of the things, which are read only where somebody wants to know.

    Call it in the transaction that makes it so.
    """
    with prepared_cursor() as cursor:
        cursor.execute(_WANTING, [store.pk, kind])
        subscriptions = [pk for (pk,) in cursor.fetchall()]
    if subscriptions:
        write_down(store, kind, things(), subscriptions)


def write_down(store: Store, kind: str, things: Iterable[Thing], subscriptions: list[uuid.UUID]) -> None:
    """Messages of these things to these subscriptions, sent as soon as the transaction is through."""
    now = timezone.now()
    events = [{"id": str(uuid.uuid4()), "body": _body(store, kind, thing, now)} for thing in things]
    if not events:
        return
    values: dict[str, Any] = {
        "store": store.pk,
        "kind": kind,
        "now": now,
        "events": json.dumps(events),
        "subscriptions": subscriptions,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE_DOWN, values)
    for subscription in subscriptions:
        start(subscription)


def _body(store: Store, kind: str, thing: Thing, now: dt.datetime) -> str:
    message = {
        "type": kind,
        "version": VERSION,
        "timestamp": now.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "store": store.slug,
        "data": dict(thing),
    }
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False)
