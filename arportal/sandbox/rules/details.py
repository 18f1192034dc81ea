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
    problems = _header(details.get("header")) | _body(details.get("details"))
    if problems:
        raise refusals.by_field({"details": problems})


def _header(header: object) -> dict[str, Any]:
    if not isinstance(header, dict):
        return {}
    found = {
        "cost_lines": _each(header.get("costLines"), COST, price="amount"),
        "billing_address": _gaps(header.get("billingAddress"), ADDRESS),
        "shipping_addresses": _each(header.get("shippingAddresses"), ADDRESS),
    }
    kept = {name: problem for name, problem in found.items() if problem}
    return {"header": kept} if kept else {}


def _body(body: object) -> dict[str, Any]:
    if not isinstance(body, dict):
        return {}
    found = {
        "shipments": _each(body.get("shipments"), SHIPMENT),
        "line_items": _each(body.get("lineItems"), LINE, price="unitPrice"),
    }
    kept = {name: problem for name, problem in found.items() if problem}
    return {"details": kept} if kept else {}


def _each(items: object, names: tuple[str, ...], price: str = "") -> dict[str, Any]:
    """Problems by the index of the entry."""
    if items is None:
        return {}
    if not isinstance(items, list):
        return {"non_field_errors": ["Expected a list of items."]}
    found = {str(index): _gaps(item, names) or _bad_price(item, price) for index, item in enumerate(items)}
    return {index: problem for index, problem in found.items() if problem}


def _gaps(item: object, names: tuple[str, ...]) -> dict[str, Any]:
    if item is None:
        return {}
    if not isinstance(item, dict):
        return {"non_field_errors": ["Expected an object."]}
    return {snake(name): [refusals.REQUIRED] for name in names if item.get(name) is None}


def _bad_price(item: Any, name: str) -> dict[str, Any]:
    if not name or not isinstance(item, dict):
        return {}
    price = item[name]
    if isinstance(price, dict) and amounts.units(price.get("value")) is not None:
        return {}
    return {snake(name): {"value": ["A valid number is required."]}}


def snake(name: str) -> str:
    """zipCode -> zip_code, street2 -> street_2."""
    return re.sub(r"(?<=[a-z])([A-Z0-9])", r"_\1", name).lower()
