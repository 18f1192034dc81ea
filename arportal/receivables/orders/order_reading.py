"""An order's products, which are read from the store when somebody looks."""

import datetime as dt

from arportal.b2b.errors import B2BError
from arportal.mirror.api.refresh import refresh_order, refresh_order_products
from arportal.mirror.models import Order, OrderProducts
from arportal.receivables.changes.errors import in_words

# An order's products rarely change after it was placed.
KEPT = dt.timedelta(minutes=10)


class StoreSilent(Exception):
    """The store did not tell, and nothing was read before; the message says why."""


def products_of(order: Order, now: dt.datetime) -> OrderProducts:
    """The products as the store lists them, or did when it was last asked and cannot be now. Raises StoreSilent."""
    known = OrderProducts.objects.filter(order=order).first()
    if known is not None and now - known.read_at < KEPT:
        return known
    try:
        return refresh_order_products(order)
    except B2BError as error:
        if known is None:
            raise StoreSilent(in_words(error)) from error
        return known


def order_now(order: Order) -> Order | None:
    """The order as the store has it now, extra fields and all; None when it is gone. Raises StoreSilent."""
    try:
        return refresh_order(order.store, order.api_id)
    except B2BError as error:
        raise StoreSilent(in_words(error)) from error
