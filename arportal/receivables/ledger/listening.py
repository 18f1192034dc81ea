"""The ledger listens to the mirror: the entries of what it saves are in the same transaction."""

from collections.abc import Collection
from typing import Any

from django.dispatch import receiver

from arportal.mirror.models import Invoice, Payment
from arportal.mirror.rows.signals import days_recounted, rows_changed
from arportal.receivables.ledger.posting import post_invoices, post_payments
from arportal.receivables.ledger.redate import redate
from arportal.stores.models import Store


@receiver(rows_changed, sender=Invoice)
def invoices_changed(store: Store, api_ids: Collection[int], **_signal: Any) -> None:
    post_invoices(store, api_ids)


@receiver(rows_changed, sender=Payment)
def payments_changed(store: Store, api_ids: Collection[int], **_signal: Any) -> None:
    post_payments(store, api_ids)


@receiver(days_recounted, sender=Store)
def store_has_moved(store: Store, **_signal: Any) -> None:
    redate(store)
