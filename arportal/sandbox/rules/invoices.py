"""Creating, changing and deleting invoices, also out of orders (rules 4, 8-18)."""

from itertools import count
from typing import Any
from uuid import uuid4

from arportal.sandbox.models import Invoice, Order, PaymentLine, Product
from arportal.sandbox.requests import quirks, refusals
from arportal.sandbox.rules import balances, invoice_bodies, order_details

TAKEN = "The invoice exists for this order"
INCOMPLETE = 0


def create(body: dict[str, Any]) -> Invoice:
    columns = invoice_bodies.for_creation(body)
    if Invoice.objects.filter(number=columns["number"]).exists():
        raise refusals.worded(400, invoice_bodies.DUPLICATE, refusals.BAD_REQUEST)
    _check_order_is_free(columns.get("order_number", ""))
    invoice = Invoice(**columns)
    balances.settle(invoice)
    invoice.save()
    return invoice


def _check_order_is_free(order_number: str) -> None:
    """Rule 9: one invoice an order."""
    if order_number and Invoice.objects.filter(order_number=order_number).exists():
        raise refusals.worded(400, TAKEN, refusals.BAD_REQUEST)


def update(invoice: Invoice, body: dict[str, Any]) -> None:
    """Rule 4: anything may be said; only writing the open balance can turn the status to paid."""
    for column, value in invoice_bodies.for_update(invoice, body).items():
        setattr(invoice, column, value)
    if body.get("openBalance") is not None:
        balances.settle(invoice)
    invoice.touch()


def delete(invoice: Invoice) -> None:
    """Rule 18: payments and receipt lines keep what they know of it."""
    if quirks.on("block_delete_with_payments") and PaymentLine.objects.filter(invoice_id=invoice.pk).exists():
        raise refusals.worded(400, "The invoice has payments", refusals.BAD_REQUEST)
    # The order can be invoiced again.
    Order.objects.filter(invoice_id=invoice.pk).update(invoice_id=None)
    invoice.delete()


def from_order(order: Order | None) -> Invoice:
    """The invoice of a whole order, of which there is at most one (rules 12 and 13)."""
    if order is None:
        raise refusals.worded(404, "Order does not exist", refusals.NOT_FOUND)
    if order.company is None:
        raise refusals.worded(400, "The order does not belong to a company", refusals.BAD_REQUEST)
    if order.status == INCOMPLETE:
        raise refusals.worded(400, "The order is incomplete", refusals.BAD_REQUEST)
    if order.invoice_id is not None:
        raise refusals.worded(400, TAKEN, refusals.BAD_REQUEST)
    _check_order_is_free(str(order.bc_order_id))
    # The number is made of the id, which there is only once the row is written.
    invoice = Invoice.objects.create(number=uuid4().hex, company=order.company, **_columns(order))
    invoice.due_date = invoice_bodies.due_date(order.company)
    # Eight digits; where somebody has taken the number by hand, with a suffix.
    numbers = (f"{invoice.pk:08d}-{suffix}" if suffix else f"{invoice.pk:08d}" for suffix in count())
    invoice.number = next(n for n in numbers if not Invoice.objects.filter(number=n).exists())
    invoice.save()
    order.invoice_id = invoice.pk
    order.touch()
    return invoice


def _columns(order: Order) -> dict[str, Any]:
    products = Product.objects.in_bulk([product_id for product_id, _, _ in order.lines])
    lines = [(products[product_id], quantity, price) for product_id, quantity, price in order.lines]
    return {
        "type": "Invoice on Shipment",
        "order_number": str(order.bc_order_id),
        "po_number": order.po_number,
        "currency": order.currency,
        "original": order.total,
        "open": order.total,
        "channel_id": order.channel_id,
        "details": order_details.of_order(order, lines),
    }
