"""The products of an order, as O5 of the contract lists them."""

import json
from typing import Any

from arportal.sandbox.models import Order, Product
from arportal.sandbox.requests import quirks
from arportal.sandbox.rules.details import snake


def present(order: Order) -> list[dict[str, Any]]:
    products = Product.objects.in_bulk([product_id for product_id, _, _ in order.lines])
    sku = "variantSKU" if quirks.on("options_as_json") else "variantSku"
    lines = []
    for place, (product_id, quantity, _) in enumerate(order.lines, start=1):
        product = products[product_id]
        line_id = order.pk * 100 + place
        lines.append(
            {
                "id": line_id,
                "productId": product.pk,
                "variantId": product.pk,
                "quantity": quantity,
                "productName": product.name,
                "productBrandName": product.brand,
                "createdAt": order.created_at,
                "updatedAt": order.updated_at,
                sku: product.sku,
                "options": _options(line_id, product),
            }
        )
    return lines


def _options(line_id: int, product: Product) -> Any:
    """A list with one option, or JSON in snake case with fewer keys and a text for its value (contract X-15)."""
    option = {
        "id": line_id * 10 + 1,
        "optionId": 40,
        "productOptionId": product.pk + 500,
        "orderProductId": line_id,
        "displayName": "Size",
        "displayNameCustomer": "Size",
        "displayNameMerchant": "Size",
        "displayValue": product.size,
        "displayValueCustomer": product.size,
        "displayValueMerchant": product.size,
        "value": product.pk + 9000,
        "type": "Multiple choice",
        "name": f"Size{product.pk}",
        "displayStyle": "Rectangle",
    }
    if not quirks.on("options_as_json"):
        return [option]
    option["value"] = str(option["value"])
    kept = {
        snake(name): value for name, value in option.items() if not name.endswith(("Customer", "Merchant"))
    }
    return json.dumps([kept])
