"""The parts of an invoice that can be changed, in one plain form: to be shown, compared and sent."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from arportal import b2b
from arportal.b2b import plain
from arportal.b2b.records.invoice_body import InvoiceChanges
from arportal.mirror.models import Invoice

# Field → how the client calls it.
TEXTS = {
    "number": "number",
    "po_number": "purchase_order_number",
    "external_id": "external_id",
    "pdf_url": "external_pdf_url",
}
Values = dict[str, Any]


def values_of(invoice: Invoice | b2b.Invoice, zone: dt.tzinfo) -> Values:
    """Texts, `status` as a number, `due_on` as an ISO date of the store, balances as plain decimals,
    `extra_fields` by name, `costs` and `lines` as lists, `billing` as the API's parts of an address."""
    header = (invoice.raw.get("details") or {}).get("header") or {}
    return {
        "number": invoice.number,
        "po_number": invoice.purchase_order_number or "",
        "external_id": invoice.external_id or "",
        "pdf_url": invoice.raw.get("externalPdfUrl") or "",
        "due_on": b2b.day_of(invoice.due_at, zone).isoformat() if invoice.due_at else None,
        "status": int(invoice.status),
        "open_balance": plain(_amount(invoice.open_balance)),
        "original_balance": plain(_amount(invoice.original_balance)),
        "extra_fields": {
            str(field["fieldName"]): str(field.get("fieldValue") or "")
            for field in invoice.raw.get("extraFields") or []
        },
        "billing": {
            name: str(value)
            for name, value in (header.get("billingAddress") or {}).items()
            if isinstance(value, str)
        },
    }


def differences(was: Values, wanted: Mapping[str, Any]) -> tuple[Values, Values]:
    """The wanted fields that differ: as they were, and as they are to be."""
    changed = [name for name, value in wanted.items() if was[name] != value]
    return {name: was[name] for name in changed}, {name: wanted[name] for name in changed}


def agree(now: Values, wanted: Mapping[str, Any]) -> bool:
    """True if the invoice is as wanted; extra fields may be a part of those it has."""
    for name, value in wanted.items():
        known = now[name]
        if isinstance(value, dict):
            known = {key: known.get(key, "") for key in value}
        if known != value:
            return False
    return True


def body_of(wanted: Mapping[str, Any], invoice: b2b.Invoice) -> InvoiceChanges:
    """The request's body. The API replaces details as a whole: they are those it has, with ours put in."""
    body: dict[str, Any] = {TEXTS[name]: value for name, value in wanted.items() if name in TEXTS}
    if wanted.get("due_on"):
        body["due_at"] = b2b.moment_of(dt.date.fromisoformat(wanted["due_on"]))
    if "status" in wanted:
        body["status"] = b2b.InvoiceStatus(wanted["status"])
    for name in ("open_balance", "original_balance"):
        if name in wanted:
            body[name] = b2b.Money(Decimal(wanted[name]), invoice.open_balance.currency)
    if "extra_fields" in wanted:
        body["extra_fields"] = wanted["extra_fields"]
    if "billing" in wanted:
        details = invoice.raw.get("details") or {}
        header = details.get("header") or {}
        address = (header.get("billingAddress") or {}) | wanted["billing"]
        body["details"] = details | {"header": header | {"billingAddress": address}}
    return body  # type: ignore[return-value]  # its keys are those of InvoiceChanges


def _amount(balance: Decimal | b2b.Money) -> Decimal:
    return balance.amount if isinstance(balance, b2b.Money) else balance
