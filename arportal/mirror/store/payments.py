from collections.abc import Collection
from typing import Any

from django.db import connection, transaction

from arportal import b2b
from arportal.mirror import models
from arportal.mirror.rows.signals import rows_changed
from arportal.mirror.rows.upsert import upsert, upserted
from arportal.mirror.store.rows import KEY, row
from arportal.stores.models import Store

# Lines that a payment has lost since it was last read.
_DROP_LINES = """
DELETE FROM mirror_paymentline AS line
USING unnest(%s::bigint[], %s::int[]) AS kept(payment_id, count)
WHERE line.store_id = %s AND line.payment_id = kept.payment_id AND line.position >= kept.count
"""
# Receipt lines show their payment's status, but their updatedAt does not move with it.
_UPDATE_RECEIPT_LINES = """
UPDATE mirror_receiptline AS line SET payment_status = payment.processing_status
FROM mirror_payment AS payment
JOIN mirror_receipt AS receipt
    ON receipt.store_id = payment.store_id AND receipt.payment_id = payment.api_id
WHERE payment.store_id = %s AND payment.api_id = ANY(%s)
    AND line.store_id = receipt.store_id AND line.receipt_id = receipt.api_id
    AND line.payment_status <> payment.processing_status
"""


def save_payments(store: Store, payments: Collection[b2b.Payment]) -> int:
    """Payments and their lines, in one transaction; returns how many payments were new or different."""
    ids = [payment.payment_id for payment in payments]
    rows = (_payment(store, payment) for payment in payments)
    with transaction.atomic(), connection.cursor() as cursor:
        changed = upserted(models.Payment, rows, key=KEY, newest="updated_at")
        stored = models.Payment.objects.filter(store=store, api_id__in=ids)
        updated_at = dict(stored.values_list("api_id", "updated_at"))
        # Lines have no time of their own: those of an old page must not replace what came with a newer payment.
        _save_lines(
            store,
            [payment for payment in payments if payment.updated_at in (None, updated_at[payment.payment_id])],
        )
        cursor.execute(_UPDATE_RECEIPT_LINES, [store.pk, ids])
        if changed:
            rows_changed.send(models.Payment, store=store, api_ids=ids, changed=changed)
    return len(changed)


def _payment(store: Store, payment: b2b.Payment) -> dict[str, Any]:
    return row(
        store,
        payment.payment_id,
        payment.raw,
        company_id=payment.company_id,
        company_name=payment.company_name or "",
        payer_name=payment.payer_name or "",
        external_id=payment.external_id or "",
        module_name=payment.module_name or "",
        memo=payment.memo or "",
        processing_status=payment.processing_status,
        applied_status=payment.applied_status,
        allowed_statuses=[int(status) for status in payment.allowed_statuses],
        currency=payment.total.currency,
        total=payment.total.amount,
        channel_id=payment.channel_id,
        created_at=payment.created_at,
        updated_at=payment.updated_at,
    )


def _save_lines(store: Store, payments: Collection[b2b.Payment]) -> None:
    lines = (
        {
            "store_id": store.pk,
            "payment_id": payment.payment_id,
            "position": position,
            "invoice_id": line.invoice_id,
            "invoice_number": line.invoice_number or "",
            "currency": line.amount.currency,
            "amount": line.amount.amount,
        }
        for payment in payments
        for position, line in enumerate(payment.lines)
    )
    upsert(models.PaymentLine, lines, key=("store_id", "payment_id", "position"))
    counts = {payment.payment_id: len(payment.lines) for payment in payments}
    with connection.cursor() as cursor:
        cursor.execute(_DROP_LINES, [list(counts), list(counts.values()), store.pk])
