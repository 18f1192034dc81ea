"""Listens to the mirror: what it saves or no longer finds is told in the same transaction."""

from collections.abc import Collection
from typing import Any

from django.dispatch import receiver

from arportal.mirror.models import Invoice, Payment
from arportal.mirror.rows.signals import rows_changed
from arportal.receivables.models import WebhookKind
from arportal.receivables.webhooks.events import tell
from arportal.receivables.webhooks.things import invoices, payments
from arportal.stores.models import Store


@receiver(rows_changed, sender=Invoice)
def invoices_changed(store: Store, changed: Collection[int], **_signal: Any) -> None:
    tell(store, WebhookKind.INVOICE, lambda: invoices(store, changed))


@receiver(rows_changed, sender=Payment)
def payments_changed(store: Store, changed: Collection[int], **_signal: Any) -> None:
    tell(store, WebhookKind.PAYMENT, lambda: payments(store, changed))
