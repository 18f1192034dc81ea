"""The secrets that sign messages, and the signatures (Standard Webhooks)."""

import base64
import datetime as dt
import secrets

from standardwebhooks import Webhook

from arportal.receivables.models import WebhookSubscription
from arportal.stores.tokens import decrypt

PREFIX = "whsec_"
# So long both secrets sign after a rotation: receivers take their time.
OVERLAP = dt.timedelta(hours=24)


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def headers(
    subscription: WebhookSubscription, message_id: str, body: str, now: dt.datetime
) -> dict[str, str]:
    """The headers of a message that leaves now: one signature, or one by each secret."""
    keys = [subscription.encrypted_secret]
    if subscription.old_secret_until is not None and now < subscription.old_secret_until:
        keys.append(subscription.encrypted_old_secret)
    moment = now.astimezone(dt.UTC)
    signatures = [Webhook(decrypt(key)).sign(message_id, moment, body) for key in keys]
    return {
        "Content-Type": "application/json",
        "User-Agent": "arportal",
        "Accept-Encoding": "identity",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
