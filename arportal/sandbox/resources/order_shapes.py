"""The shapes of an order as the API shows it."""

import json
from typing import Any, TypeVar

from arportal.sandbox import channels
from arportal.sandbox.models import Invoice, Order
from arportal.sandbox.requests import amounts, quirks
from arportal.sandbox.rules.details import snake

STATUSES = (
    "Incomplete",
    "Pending",
    "Shipped",
    "Partially Shipped",
    "Refunded",
    "Cancelled",
    "Declined",
    "Awaiting Payment",
    "Awaiting Pickup",
    "Awaiting Shipment",
    "Completed",
    "Awaiting Fulfillment",
    "Manual Verification Required",
    "Disputed",
    "Partially Refunded",
)
TOKENS = {"USD": "$", "EUR": "€", "JPY": "¥", "KWD": "د.ك"}
DECIMALS = {"JPY": 0, "KWD": 3}
LEGACY = [f"extraInt{n}" for n in range(1, 6)] + [f"extraStr{n}" for n in range(1, 6)] + ["extraText"]

Value = TypeVar("Value", int, str, int | str)


def present(order: Order) -> dict[str, Any]:
    return {
        "id": order.pk,
        "bcOrderId": str(order.bc_order_id) if quirks.on("bc_order_id_as_str") else order.bc_order_id,
        "totalIncTax": amounts.number(order.total),
        "usdIncTax": amounts.number(order.usd_total),
        "poNumber": empty(order.po_number),
        "status": STATUSES[order.status],
        "customStatus": STATUSES[order.status],
        "statusCode": order.status,
        "cartId": order.cart_id or None,
        "items": sum(quantity for _, quantity, _ in order.lines),
        "companyId": order.company_id,
        "currencyCode": order.currency,
        "money": money(order.currency),
        "isArchived": False,
        "channelId": order.channel_id,
        "channelName": channels.names().get(order.channel_id, ""),
        "extraInfo": _extra_info(order),
        "extraFields": order.extra_fields,
        "createdAt": order.created_at,
        "updatedAt": order.updated_at,
    }


def empty(value: Value) -> Value | None:
    """Contract X-26: null for what nobody has filled in."""
    return None if value == "" and quirks.on("empty_as_null") else value


def _extra_info(order: Order) -> Any:
    """The ids of the company's addresses that it is billed and shipped to."""
    if order.company_id is None or not order.billing:
        ids = {}
    else:
        ids = {"billingAddressId": order.company_id * 10 + 1, "shippingAddressId": order.company_id * 10 + 2}
    if quirks.get("extra_info") == "array":
        return [ids] if ids else []
    return ids


def money(currency: str) -> Any:
    """Contract X-14: an object, a list, or a JSON string in snake case."""
    shape = {
        "currencyLocation": "left",
        "currencyToken": TOKENS.get(currency, currency),
        "decimalToken": ".",
        "decimalPlaces": DECIMALS.get(currency, 2),
        "thousandsToken": ",",
    }
    if quirks.get("money_shape") == "array":
        return [shape]
    if quirks.get("money_shape") == "json":
        return json.dumps({snake(name): value for name, value in shape.items()})
    return shape


def present_listed(order: Order) -> dict[str, Any]:
    """The shape in a list that did not ask for what is extra."""
    row = _listed(order)
    if quirks.get("order_extras") == "asked":
        del row["extraInfo"], row["extraFields"]
    return row


def present_extra(order: Order) -> dict[str, Any]:
    """The shape in a list that asked for what is extra."""
    return _listed(order) | dict.fromkeys(LEGACY)


def _listed(order: Order) -> dict[str, Any]:
    row = present(order)
    if quirks.get("bc_order_id_as_str") == "lists":
        row["bcOrderId"] = str(order.bc_order_id)
    return row


def present_whole(order: Order) -> dict[str, Any]:
    # Rule 15: the invoice it pays, and just as well the invoice made from it.
    invoice = Invoice.objects.filter(pk=order.invoice_id or 0).first()
    return (
        present(order)
        | dict.fromkeys(LEGACY)
        | {
            "isInvoiceOrder": int(order.is_invoice_order),
            "invoiceId": invoice.pk if invoice else None,
            "invoiceNumber": number_if_plain(invoice.number) if invoice else None,
            "invoiceStatus": invoice.status if invoice else None,
        }
    )


def number_if_plain(number: str) -> int | str:
    """Contract X-17: a number only when nothing is lost by it."""
    is_plain = number.isascii() and number.isdigit() and not number.startswith("0")
    return int(number) if is_plain else number
