"""The details of invoices made from orders, in the form seen in real answers or as documented."""

from collections.abc import Iterable
from typing import Any

from arportal.sandbox.models import Order, Product
from arportal.sandbox.requests import amounts, quirks


def of_order(order: Order, lines: Iterable[tuple[Product, int, int]]) -> dict[str, Any]:
    """The details that an order leaves; lines are (product, quantity, unit price in ten-thousandths)."""
    header = {
        "costLines": _cost_lines(order),
        "orderDate": order.created_at,
        "billingAddress": order.billing,
        "customerFields": {},
        "shippingAddresses": order.shipping,
    }
    items = [_line_item(product, quantity, price, order.currency) for product, quantity, price in lines]
    details = {"header": header, "details": {"shipments": [], "lineItems": items}}
    return {"type": "StandardInvoiceDetails"} | details if quirks.on("details_type") else details


def _cost_lines(order: Order) -> list[dict[str, Any]]:
    costs = [("Subtotal", order.subtotal), ("Freight", order.freight), ("Sales Tax", order.tax)]
    sometimes = (("Discount", -order.discount), ("Handling", order.handling))
    costs += [(name, amount) for name, amount in sometimes if amount]
    # Real answers mix texts and numbers in one list.
    has_numbers = quirks.get("cost_line_amounts") == "mixed"
    lines = []
    for place, (name, amount) in enumerate(costs):
        value = amounts.number(amount) if has_numbers and place % 2 == 1 else amounts.text(amount)
        lines.append({"amount": {"code": order.currency, "value": value}, "description": name})
    return lines


def _line_item(product: Product, quantity: int, price: int, currency: str) -> dict[str, Any]:
    item = {
        "sku": product.sku,
        "type": "physical",
        "comments": "",
        "quantity": quantity,
        "unitPrice": amounts.money(price, currency),
        "description": product.name,
        "customFields": {},
        "unitDiscount": {"code": currency, "value": 0},
    }
    return item | {"productId": product.pk} if quirks.on("undocumented_fields") else item
