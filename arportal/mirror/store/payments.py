from collections.abc import Collection
from typing import Any

from django.db import connection, transaction

from arportal import b2b
from arportal.mirror import models
from arportal.mirror.rows.upsert import upsert
from arportal.mirror.store.rows import KEY, row
from arportal.stores.models import Store


def save_payments(store: Store, payments: Collection[b2b.Payment]) -> int:
    """Payments and their lines, in one transaction."""
    rows = (row(store, payment.payment_id, payment.raw) | _payment(payment) for payment in payments)
    with transaction.atomic():
        changed = upsert(models.Payment, rows, key=KEY, newest="updated_at")
        _save_lines(store, _not_older(store, payments))
        _tell_receipt_lines(store, [payment.payment_id for payment in payments])
    return changed


def _not_older(store: Store, payments: Collection[b2b.Payment]) -> list[b2b.Payment]:
    """Lines have no time of their own: those of an old page must not replace what came with a newer payment."""
    ids = [payment.payment_id for payment in payments]
    stored = dict(
        models.Payment.objects.filter(store=store, api_id__in=ids).values_list("api_id", "updated_at")
    )
    return [
        each for each in payments if each.updated_at is None or each.updated_at == stored[each.payment_id]
    ]


def _save_lines(store: Store, payments: Collection[b2b.Payment]) -> None:
    lines = (
        _line(store, payment, position) for payment in payments for position in range(len(payment.lines))
    )
    upsert(models.PaymentLine, lines, key=("store_id", "payment_id", "position"))
    _drop_lines_beyond(store, {payment.payment_id: len(payment.lines) for payment in payments})


def _payment(payment: b2b.Payment) -> dict[str, Any]:
    return {
        "company_id": payment.company_id,
        "company_name": payment.company_name or "",
        "payer_name": payment.payer_name or "",
        "external_id": payment.external_id or "",
        "module_name": payment.module_name or "",
        "memo": payment.memo or "",
        "processing_status": payment.processing_status,
        "applied_status": payment.applied_status,
        "allowed_statuses": [int(status) for status in payment.allowed_statuses],
        "currency": payment.total.currency,
        "total": payment.total.amount,
        "channel_id": payment.channel_id,
        "created_at": payment.created_at,
        "updated_at": payment.updated_at,
    }


def _line(store: Store, payment: b2b.Payment, position: int) -> dict[str, Any]:
    line = payment.lines[position]
    return {
        "store_id": store.pk,
        "payment_id": payment.payment_id,
        "position": position,
        "invoice_id": line.invoice_id,
        "invoice_number": line.invoice_number or "",
        "currency": line.amount.currency,
        "amount": line.amount.amount,
    }


def _drop_lines_beyond(store: Store, counts: dict[int, int]) -> None:
    """Removes lines that a payment has lost since it was last read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM mirror_paymentline AS line"
            " USING unnest(%s::bigint[], %s::int[]) AS kept(payment_id, count)"
            " WHERE line.store_id = %s AND line.payment_id = kept.payment_id AND line.position >= kept.count",
            [list(counts), list(counts.values()), store.pk],
        )


def _tell_receipt_lines(store: Store, payment_ids: list[int]) -> None:
    """Receipt lines show their payment's status, but their updatedAt does not move with it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE mirror_receiptline AS line SET payment_status = payment.processing_status"
            " FROM mirror_payment AS payment"
            " JOIN mirror_receipt AS receipt"
            " ON receipt.store_id = payment.store_id AND receipt.payment_id = payment.api_id"
            " WHERE payment.store_id = %s AND payment.api_id = ANY(%s)"
            " AND line.store_id = receipt.store_id AND line.receipt_id = receipt.api_id"
            " AND line.payment_status <> payment.processing_status",
            [store.pk, payment_ids],
        )
