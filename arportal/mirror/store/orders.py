from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from arportal import b2b
from arportal.mirror import models
from arportal.mirror.raw import pack, unpack
from arportal.mirror.rows.upsert import upsert
from arportal.mirror.store.rows import KEY, day, row, zone_now
from arportal.stores.models import Store


def save_orders(store: Store, orders: Iterable[b2b.Order]) -> int:
    with transaction.atomic():
        zone = zone_now(store)
        rows = (_order(store, order, zone) for order in orders)
        return upsert(models.Order, rows, key=KEY, newest="updated_at")


def save_order_products(order: models.Order, products: Sequence[b2b.OrderProduct]) -> models.OrderProducts:
    """The products of one order as the API lists them now, kept as they came."""
    raw = unpack(pack([product.raw for product in products]))
    saved, _created = models.OrderProducts.objects.update_or_create(
        order=order, defaults={"raw": raw, "read_at": timezone.now()}
    )
    return saved


def _order(store: Store, order: b2b.Order, zone: ZoneInfo) -> dict[str, Any]:
    return row(
        store,
        order.bc_order_id,
        order.raw,
        b2b_id=order.order_id,
        company_id=order.company_id,
        currency=order.total.currency if order.total is not None else "",
        total=order.total.amount if order.total is not None else None,
        po_number=order.po_number,
        status=order.status,
        custom_status=order.custom_status,
        status_code=order.status_code,
        item_count=order.item_count,
        channel_id=order.channel_id,
        is_archived=order.is_archived,
        created_at=order.created_at,
        placed_on=day(order.created_at, zone),
        updated_at=order.updated_at,
        extra_fields=order.extra_fields,
    )
