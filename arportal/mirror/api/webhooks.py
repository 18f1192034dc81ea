"""Messages the store sends of its own accord: checked, counted once, and taken as hints of what to read again.

There are none for invoices, payments or receipts; those are found by polling. Signatures follow the Standard
Webhooks specification (HMAC-SHA256 over "id.timestamp.body").
"""

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from arportal.b2b.errors import NotFound
from arportal.b2b.webhooks import COMPANY_SCOPES, COMPANY_STATUS, ORDER_SCOPES, USER_SCOPES
from arportal.mirror import models
from arportal.mirror import store as rows
from arportal.mirror.api.connections import background, client_for
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
    identity, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not identity or not moment.isdigit() or len(moment) > 12:
        raise Untrusted("no id or no time")
    if abs(now.timestamp() - int(moment)) > TOLERANCE.total_seconds():
        raise Untrusted("too old, or from the future")
    if not _signed(secret, f"{identity}.{moment}.".encode() + body, headers.get("webhook-signature", "")):
        raise Untrusted("wrong signature")
    return _read(identity, body)


def _signed(secret: str, content: bytes, signatures: str) -> bool:
    expected = hmac.new(secret.encode(), content, hashlib.sha256).digest()
    return any(
        hmac.compare_digest(expected, _decoded(signature.removeprefix("v1,")))
        for signature in signatures.split()
        if signature.startswith("v1,")
    )


def _decoded(signature: str) -> bytes:
    try:
        return base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _read(identity: str, body: bytes) -> Message:
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
    known = {each.scope: each for each in webhooks.list() if each.destination == destination}
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
    """Reads what the message spoke of again from the API: it says where to look, not what is true."""
    reader = _READERS.get(_list_of(scope))
    if reader is not None:
        with background():
            reader(store, data)


def _list_of(scope: str) -> str:
    """The list in which something has changed; "" when it is none of ours."""
    if scope.startswith("store/company/user/"):
        return "buyers"
    if scope.startswith("store/company/"):
        return "companies"
    return "orders" if scope.startswith("store/order/") else ""


def _read_company(store: Store, data: Mapping[str, Any]) -> None:
    company_id = int(data["company_id"])
    try:
        rows.save_companies(store, [client_for(store).companies.get(company_id)])
    except NotFound:
        rows.mark_gone(models.Company, store, [company_id])


def _read_user(store: Store, data: Mapping[str, Any]) -> None:
    user_id = int(data["user_id"])
    try:
        rows.save_buyers(store, [client_for(store).users.get(user_id)])
    except NotFound:
        rows.mark_gone(models.Buyer, store, [user_id])


def _read_order(store: Store, data: Mapping[str, Any]) -> None:
    order_id = int(data["id"])
    try:
        rows.save_orders(store, [client_for(store).orders.get(order_id)])
    except NotFound:
        rows.mark_gone(models.Order, store, [order_id])


_READERS: dict[str, Callable[[Store, Mapping[str, Any]], None]] = {
    "buyers": _read_user,
    "companies": _read_company,
    "orders": _read_order,
}
