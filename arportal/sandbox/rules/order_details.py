"""The details of invoices made from orders, in the form seen in real answers or as documented."""

from typing import Any

from arportal.sandbox.requests import amounts, quirks


def whole(header: dict[str, Any], line_items: list[dict[str, Any]]) -> dict[str, Any]:
    details = {"header": header, "details": {"shipments": [], "lineItems": line_items}}
    return {"type": "StandardInvoiceDetails", **details} if quirks.on("details_type") else details


def cost_lines(named: list[tuple[str, int]], currency: str) -> list[dict[str, Any]]:
    """From (description, ten-thousandths): real answers mix texts and numbers in one list."""
    has_numbers = quirks.get("cost_line_amounts") == "mixed"
    return [
        {"amount": _amount(amount, currency, as_number=has_numbers and place % 2 == 1), "description": name}
        for place, (name, amount) in enumerate(named)
    ]


def _amount(amount: int, currency: str, *, as_number: bool) -> dict[str, Any]:
    return (
        {"code": currency, "value": amounts.number(amount)} if as_number else amounts.money(amount, currency)
    )


def line_item(
    *, product_id: int, sku: str, description: str, quantity: int, price: int, currency: str
) -> dict[str, Any]:
    line = {
        "sku": sku,
        "type": "physical",
        "comments": "",
        "quantity": quantity,
        "unitPrice": amounts.money(price, currency),
        "description": description,
        "customFields": {},
        "unitDiscount": {"code": currency, "value": 0},
    }
    return {**line, "productId": product_id} if quirks.on("undocumented_fields") else line
