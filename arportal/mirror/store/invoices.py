from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from arportal import b2b
from arportal.mirror import models
from arportal.mirror.rows.signals import rows_changed
from arportal.mirror.rows.upsert import upserted
from arportal.mirror.store.rows import KEY, day, row, zone_now
from arportal.stores.models import Store


def save_invoices(store: Store, invoices: Iterable[b2b.Invoice]) -> int:
    with transaction.atomic():
        zone = zone_now(store)
        rows = [_invoice(store, invoice, zone) for invoice in invoices]
        changed = upserted(models.Invoice, rows, key=KEY, newest="updated_at")
        if changed:
            api_ids = [row["api_id"] for row in rows]
            rows_changed.send(models.Invoice, store=store, api_ids=api_ids, changed=changed)
    return len(changed)


def _invoice(store: Store, invoice: b2b.Invoice, zone: ZoneInfo) -> dict[str, Any]:
    return row(
        store,
        invoice.invoice_id,
        invoice.raw,
        company_id=invoice.company_id,
        company_name=invoice.company_name or "",
        number=invoice.number,
        type=invoice.type or "",
        status=invoice.status,
        order_number=invoice.order_number or "",
        purchase_order_number=invoice.purchase_order_number or "",
        external_id=invoice.external_id or "",
        currency=invoice.open_balance.currency,
        original_balance=invoice.original_balance.amount,
        open_balance=invoice.open_balance.amount,
        is_pending_payment=invoice.is_pending_payment,
        source=invoice.source,
        channel_id=invoice.channel_id,
        issued_at=invoice.created_at,
        issued_on=day(invoice.created_at, zone),
        due_at=invoice.due_at,
        due_on=day(invoice.due_at, zone),
        updated_at=invoice.updated_at,
        extra_fields=invoice.extra_fields,
    )
