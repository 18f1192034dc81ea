"""An order and its products, as the store has them now, or had when it was last asked."""

import datetime as dt

import pytest
from django.utils import timezone

from arportal.b2b.errors import Unavailable
from arportal.mirror.models import Order, OrderProducts
from arportal.receivables.orders import order_reading
from arportal.receivables.orders.order_reading import KEPT, StoreSilent, order_now, products_of

SILENT = "The store cannot be reached"


@pytest.fixture
def orders(store) -> list[Order]:
    return list(Order.objects.filter(store=store).order_by("api_id")[:2])


@pytest.fixture
def silent(monkeypatch):
    """The store answers nothing."""

    def refuse(*_about: object) -> None:
        raise Unavailable("timed out")

    for name in ("refresh_order", "refresh_order_products"):
        monkeypatch.setattr(order_reading, name, refuse)


def test_products_are_read_again_after_a_while(orders, monkeypatch):
    other, order = orders
    asked, now = [], timezone.now()
    OrderProducts.objects.create(order=other, read_at=now)

    def refresh(order: Order) -> OrderProducts:
        asked.append(order)
        return OrderProducts.objects.get_or_create(order=order, defaults={"read_at": now})[0]

    monkeypatch.setattr(order_reading, "refresh_order_products", refresh)
    moment = dt.timedelta(microseconds=1)
    for later, times in ((0 * KEPT, 1), (KEPT - moment, 1), (KEPT, 2)):
        assert products_of(order, now + later).order == order
        assert asked == [order] * times


@pytest.mark.usefixtures("silent")
def test_a_silent_store_tells_no_more_than_it_told_before(orders):
    other, order = orders
    now = timezone.now()
    OrderProducts.objects.create(order=other, read_at=now)
    with pytest.raises(StoreSilent, match=SILENT):
        products_of(order, now)
    known = OrderProducts.objects.create(order=order, read_at=now - KEPT)
    assert products_of(order, now) == known
    with pytest.raises(StoreSilent, match=SILENT):
        order_now(order)
