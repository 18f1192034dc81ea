"""What was ordered, as O5 of the contract lists it."""

import json
from typing import Any

from arportal.sandbox.models import Order, Product
from arportal.sandbox.requests import quirks


def present(order: Order) -> list[dict[str, Any]]:
    found = Product.objects.in_bulk([product_id for product_id, _, _ in order.lines])
    return [
        _line(order, order.pk * 100 + place, found[product_id], quantity)
        for place, (product_id, quantity, _) in enumerate(order.lines, start=1)
    ]


def _line(order: Order, line_id: int, product: Product, quantity: int) -> dict[str, Any]:
    line = {
        "id": line_id,
        "productId": product.pk,
        "variantId": product.pk,
        "quantity": quantity,
        "productName": product.name,
        "productBrandName": product.brand,
        "createdAt": order.created_at,
        "updatedAt": order.updated_at,
    }
    if quirks.on("options_as_json"):
        return line | {
            "variantSKU": product.sku,
            "options": json.dumps([_option_in_snake_case(line_id, product)]),
        }
    return line | {"variantSku": product.sku, "options": [_option(line_id, product)]}


def _option(line_id: int, product: Product) -> dict[str, Any]:
    return {
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


def _option_in_snake_case(line_id: int, product: Product) -> dict[str, Any]:
    """Contract X-15: fewer keys as well, and the value is text."""
    return {
        "id": line_id * 10 + 1,
        "option_id": 40,
        "product_option_id": product.pk + 500,
        "order_product_id": line_id,
        "display_name": "Size",
        "display_value": product.size,
        "value": str(product.pk + 9000),
        "type": "Multiple choice",
        "name": f"Size{product.pk}",
        "display_style": "Rectangle",
    }
