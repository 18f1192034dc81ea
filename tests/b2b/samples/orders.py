"""Orders and their products."""

from typing import Any

from tests.b2b.samples.parts import ISSUED


def order(**changes: Any) -> dict[str, Any]:
    return {
        "id": 14,
        "bcOrderId": 9077,
        "totalIncTax": 130.05,
        "usdIncTax": 141.2,
        "poNumber": None,
        "status": "Shipped",
        "customStatus": "On its way",
        "statusCode": 2,
        "cartId": None,
        "items": 3,
        "companyId": 31,
        "currencyCode": "EUR",
        "money": currency_format(),
        "isArchived": False,
        "channelId": 1,
        "channelName": None,
        "extraInfo": {},
        "extraFields": [],
        "createdAt": ISSUED,
        "updatedAt": ISSUED,
        **changes,
    }


def currency_format() -> dict[str, Any]:
    return {
        "currencyLocation": "left",
        "currencyToken": "€",
        "decimalToken": ",",
        "decimalPlaces": 2,
        "thousandsToken": ".",
    }


def order_product(**changes: Any) -> dict[str, Any]:
    return {
        "id": 1,
        "productId": 8,
        "variantId": 80,
        "quantity": 3,
        "productName": "Mooring rope",
        "variantSku": "ROPE-12",
        "productBrandName": "Kabel",
        "options": [{"displayName": "Length", "displayValue": "20 m"}],
        "createdAt": ISSUED,
        "updatedAt": ISSUED,
        **changes,
    }
