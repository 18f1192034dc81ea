"""Messages the store sends of its own accord: checked, counted once, and taken as hints of what to read again.

There are none for invoices, payments or receipts; those are found by polling. Signatures follow the Standard
Webhooks specification (HMAC-SHA256 over "id.timestamp.body").
"""

import base64
import datetime as dt
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from arportal.b2b.webhooks import COMPANY_SCOPES, COMPANY_STATUS, ORDER_SCOPES, USER_SCOPES
from arportal.mirror.api.connections import background, client_for
from arportal.mirror.api.refresh import refresh_buyer, refresh_company, refresh_order
from arportal.mirror.models import Delivery
from arportal.mirror.rate_limit.cadence import want
from arportal.stores.models import Store

SCOPES = (*COMPANY_SCOPES, COMPANY_STATUS, *USER_SCOPES, *ORDER_SCOPES)
TOLERANCE = dt.timedelta(minutes=5)
MAX_BYTES = 64 * 1024


class Untrusted(Exception):
    """The message is not, or not provably, from the store. The words are for our log, not for the sender."""


@dataclass(frozen=True)
class Message:
    """`scope` such as "store/company/updated"; `data` names what changed, and is believed in nothing else."""

    id: str
    scope: str
    data: Mapping[str, Any]


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: dt.datetime) -> Message:
    """The message, if `secret` (the app's client secret) signed it within five minutes of `now`."""
    identity = headers.get("webhook-id", "")
    moment = headers.get("webhook-timestamp", "")
    # Digits such as "²" are no decimals, and no int.
    if not identity or not moment.isdecimal() or len(moment) > 12:
        raise Untrusted("no id or no time")
    if abs(now.timestamp() - int(moment)) > TOLERANCE.total_seconds():
        raise Untrusted("too old, or from the future")
    digest = hmac.digest(secret.encode(), f"{identity}.{moment}.".encode() + body, "sha256")
    expected = b"v1," + base64.b64encode(digest)
    # While a secret is being exchanged a message has a signature by each.
    signatures = headers.get("webhook-signature", "").encode().split()
    if not any(hmac.compare_digest(expected, signature) for signature in signatures):
        raise Untrusted("wrong signature")
    try:
        content = json.loads(body)
        return Message(identity[:200], str(content["scope"])[:100], dict(content["data"]))
    except (ValueError, KeyError, TypeError) as unreadable:
        raise Untrusted("signed, but not a message we know") from unreadable


def register(store: Store, site: str, secret: str) -> list[str]:
    """Has the store send us every scope we follow, unless it does already, and keeps the secret that signs them.

    `site` is our https address. Raises B2BError. Returns the scopes.
    """
    webhooks = client_for(store).webhooks
    destination = f"{site.rstrip('/')}/hooks/{store.slug}/"
    known = {hook.scope: hook for hook in webhooks.list() if hook.destination == destination}
    for scope in SCOPES:
        if scope not in known:
            webhooks.create(scope, destination)
        elif not known[scope].is_active:
            webhooks.activate(known[scope].id)
    store.webhook_secret = secret
    store.save(update_fields=["encrypted_webhook_secret"])
    return list(SCOPES)


def take_in(store: Store, message: Message, follow: Callable[[int, str, dict[str, Any]], object]) -> bool:
    """Counts the message, makes its list due and passes it on to `follow`, all in one transaction; False when it
    was here before."""
    with transaction.atomic():
        _delivery, is_new = Delivery.objects.get_or_create(
            store=store, delivery_id=message.id, defaults={"scope": message.scope}
        )
        if is_new and (name := _list_of(message.scope)):
            want(store, name)
            follow(store.pk, message.scope, dict(message.data))
    return is_new


def follow(store: Store, scope: str, data: Mapping[str, Any]) -> None:
    """Reads the record that the message names again from the API: it says where to look, not what is true."""
    name = _list_of(scope)
    if name in _REFRESH:
        key, refresh = _REFRESH[name]
        with background():
            refresh(store, int(data[key]))


def _list_of(scope: str) -> str:
    """The list in which something has changed; "" when it is none of ours."""
    if scope.startswith("store/company/user/"):
        return "buyers"
    if scope.startswith("store/company/"):
        return "companies"
    return "orders" if scope.startswith("store/order/") else ""


# List → where a message about it names the record, and what reads that again.
_REFRESH: Mapping[str, tuple[str, Callable[[Store, int], object]]] = {
    "buyers": ("user_id", refresh_buyer),
    "companies": ("company_id", refresh_company),
    "orders": ("id", refresh_order),
}
