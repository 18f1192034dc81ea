"""Reads the bodies of invoice writes (rules 8-11, 17): the fields of a row, or a refusal."""

from typing import Any

from arportal.sandbox import channels
from arportal.sandbox.models import Company, Invoice
from arportal.sandbox.requests import amounts, clock, params, quirks, refusals
from arportal.sandbox.rules import details

NEEDED = ("invoiceNumber", "originalBalance", "openBalance", "customerId")
TEXTS = {
    "type": "type",
    "purchaseOrderNumber": "po_number",
    "externalId": "external_id",
    "externalCustomerId": "external_customer_id",
    "externalPdfUrl": "pdf_url",
}
CREATE_TEXTS = TEXTS | {"orderNumber": "order_number", "termsConditions": "terms"}
DAY = 86_400
DUPLICATE = "The invoice number already exists."
BAD_NUMBER = "Please enter a valid number"


def for_creation(body: dict[str, Any]) -> dict[str, Any]:
    """The columns of a new invoice; that its number and order are free is not looked at."""
    gaps: dict[str, Any] = {name: [refusals.REQUIRED] for name in NEEDED if body.get(name) in (None, "")}
    if gaps:
        raise refusals.by_field(gaps)
    details.check(body.get("details"))
    company = known_company(body["customerId"])
    original, currency = _balance(body, "originalBalance")
    opened, other = _balance(body, "openBalance")
    if currency != other:
        raise refusals.worded(422, "Invalid currency code", refusals.PARAMETER)
    return _texts(body, CREATE_TEXTS) | {
        "original": original,
        "open": opened,
        "currency": currency,
        "company": company,
        "number": str(body["invoiceNumber"]),
        "status": choice(body, "status", (0, 1, 2)),
        "source": choice(body, "source", (0, 1)),
        "created_at": _moment(body, "issuedAt", clock.seconds()),
        "due_date": _moment(body, "dueDate", due_date(company)),
        "channel_id": _channel(body),
        "details": body.get("details") or {},
        "extra_fields": extra_fields([], body.get("extraFields")),
    }


def known_company(given: object) -> Company:
    company = Company.objects.filter(pk=params.whole(given) or 0).first()
    if company is None:
        raise refusals.missing("Company")
    return company


def due_date(company: Company) -> int:
    """Rule 10: the company's terms when it has its own, else the store's; 0 days is due today."""
    days = company.terms_days if company.terms_enabled else quirks.seconds("store_terms_days")
    return clock.seconds() + days * DAY


def _texts(body: dict[str, Any], names: dict[str, str]) -> dict[str, str]:
    given = {column: body[name] for name, column in names.items() if body.get(name) is not None}
    return {column: str(value) for column, value in given.items()}


def _balance(body: dict[str, Any], name: str) -> tuple[int, str]:
    given = body[name] if isinstance(body[name], dict) else {}
    amount = amounts.units(given.get("value"))
    if amount is None:
        raise refusals.by_field({name: {"value": ["A valid number is required."]}})
    if given.get("code") not in amounts.CURRENCIES:
        raise refusals.worded(422, "Invalid currency code", refusals.PARAMETER)
    return amount, str(given["code"])


def choice(body: dict[str, Any], name: str, allowed: tuple[int, ...], default: int = 0) -> int:
    value = params.whole(body.get(name, default))
    if value not in allowed:
        raise refusals.by_field({name: [f'"{body.get(name)}" is not a valid choice.']})
    return value


def _moment(body: dict[str, Any], name: str, default: int) -> int:
    if body.get(name) is None:
        return default
    value = params.whole(body[name])
    if value is None:
        raise refusals.by_field({name: ["A valid integer is required."]})
    return value


def _channel(body: dict[str, Any]) -> int:
    """Contract X-6: several storefronts demand a known channel; one storefront only dislikes an unknown one."""
    given = params.whole(body.get("channelId"))
    if given is None and not quirks.on("multi_storefront"):
        return channels.DEFAULT
    if given not in channels.names():
        raise refusals.worded(404, "Store channels not exist", refusals.NOT_FOUND)
    return given if quirks.on("multi_storefront") else channels.DEFAULT


def extra_fields(stored: list[dict[str, Any]], given: object) -> list[dict[str, Any]]:
    """Rule 17: upsert by field name."""
    if given is None:
        return stored
    if not isinstance(given, list) or not all(
        isinstance(field, dict) and "fieldName" in field for field in given
    ):
        raise refusals.by_field({"extraFields": ["Expected a list of fieldName and fieldValue."]})
    merged = {field["fieldName"]: field for field in stored}
    for field in given:
        name = str(field["fieldName"])
        merged[name] = {"fieldName": name, "fieldValue": str(field.get("fieldValue", ""))}
    return list(merged.values())


def for_update(invoice: Invoice, body: dict[str, Any]) -> dict[str, Any]:
    """Only what was sent; numbers that are none answer envelope E."""
    details.check(body.get("details"))
    changes: dict[str, Any] = _texts(body, TEXTS) | _new_balances(invoice, body)
    for name, (column, allowed) in NUMBERS.items():
        if body.get(name) is not None:
            value = params.whole(body[name])
            if value is None or (allowed is not None and value not in allowed):
                raise refusals.on_invoice(invoice.pk, BAD_NUMBER)
            changes[column] = value
    if body.get("customerId") is not None:
        changes["company"] = known_company(body["customerId"])
    if body.get("invoiceNumber"):
        number = str(body["invoiceNumber"])
        if Invoice.objects.filter(number=number).exclude(pk=invoice.pk).exists():
            raise refusals.on_invoice(invoice.pk, DUPLICATE)
        changes["number"] = number
    if body.get("details") is not None:
        changes["details"] = body["details"]
    changes["extra_fields"] = extra_fields(invoice.extra_fields, body.get("extraFields"))
    return changes


NUMBERS: dict[str, tuple[str, range | None]] = {
    "dueDate": ("due_date", None),
    "createdAt": ("created_at", None),
    "status": ("status", range(3)),
    "source": ("source", range(2)),
}


def _new_balances(invoice: Invoice, body: dict[str, Any]) -> dict[str, Any]:
    sent = {name: body[name] for name in ("originalBalance", "openBalance") if body.get(name) is not None}
    columns: dict[str, Any] = {}
    for name, given in sent.items():
        amount = amounts.units(given.get("value")) if isinstance(given, dict) else None
        if amount is None:
            raise refusals.on_invoice(invoice.pk, BAD_NUMBER)
        columns["original" if name == "originalBalance" else "open"] = amount
    codes = {given.get("code", invoice.currency) for given in sent.values()} or {invoice.currency}
    if len(codes) > 1 or not codes <= amounts.CURRENCIES or (len(sent) < 2 and codes != {invoice.currency}):
        raise refusals.on_invoice(invoice.pk, "Invalid currency code")
    return columns | ({"currency": codes.pop()} if sent else {})
