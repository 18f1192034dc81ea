"""The shape of an invoice's details (contract I3, X-51): all parts optional, but what is there must be whole."""

import re
from typing import Any

from arportal.sandbox.requests import amounts, refusals

COST = ("amount", "description")
ADDRESS = ("city", "state", "country", "street1", "street2", "zipCode", "lastName", "firstName")
SHIPMENT = ("addressIndex", "shipDate", "shipVia", "trackingNumber", "comments")
LINE = ("sku", "quantity", "unitPrice")


def check(details: object) -> None:
    """422 by field; field names below details come back in snake case, as one integrator saw them."""
    if details is None:
        return
    if not isinstance(details, dict):
        raise refusals.by_field({"details": ["Expected an object."]})
    header, body = details.get("header"), details.get("details")
    problems = {}
    if isinstance(header, dict):
        problems["header"] = {
            "cost_lines": _in_each(header.get("costLines"), COST, price="amount"),
            "billing_address": _problems(header.get("billingAddress"), ADDRESS),
            "shipping_addresses": _in_each(header.get("shippingAddresses"), ADDRESS),
        }
    if isinstance(body, dict):
        problems["details"] = {
            "shipments": _in_each(body.get("shipments"), SHIPMENT),
            "line_items": _in_each(body.get("lineItems"), LINE, price="unitPrice"),
        }
    told = {part: _without_empty(fields) for part, fields in problems.items()}
    if any(told.values()):
        raise refusals.by_field({"details": _without_empty(told)})


def _without_empty(problems: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {name: problem for name, problem in problems.items() if problem}


def _in_each(items: object, names: tuple[str, ...], price: str = "") -> dict[str, Any]:
    """Problems by the index of the entry."""
    if items is None:
        return {}
    if not isinstance(items, list):
        return {"non_field_errors": ["Expected a list of items."]}
    return _without_empty({str(index): _problems(item, names, price) for index, item in enumerate(items)})


def _problems(item: object, names: tuple[str, ...], price: str = "") -> dict[str, Any]:
    """Problems by field: what is missing or, when nothing is, a price that is no amount."""
    if item is None:
        return {}
    if not isinstance(item, dict):
        return {"non_field_errors": ["Expected an object."]}
    gaps = {snake(name): [refusals.REQUIRED] for name in names if item.get(name) is None}
    if gaps or not price:
        return gaps
    value = item[price].get("value") if isinstance(item[price], dict) else None
    return (
        {} if amounts.units(value) is not None else {snake(price): {"value": ["A valid number is required."]}}
    )


def snake(name: str) -> str:
    """zipCode -> zip_code, street2 -> street_2."""
    return re.sub(r"(?<=[a-z])([A-Z0-9])", r"_\1", name).lower()
