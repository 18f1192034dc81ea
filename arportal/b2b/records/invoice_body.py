"""Invoices on the way out, in the types the API documents for creating (numbers) and for updating (text)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypedDict

from arportal.b2b.errors import InvalidRequest
from arportal.b2b.http.resources import Names, digits, field_values, spelled
from arportal.b2b.records.invoice_details import InvoiceDetails
from arportal.b2b.values.enums import InvoiceSource, InvoiceStatus
from arportal.b2b.values.money import Money
from arportal.b2b.values.times import unix


class CommonFields(TypedDict, total=False):
    """Fields of both creating and updating; None leaves one out. An `external_pdf_url` of "" removes the PDF.

    `details` as the API has them in `raw`, with parts put in, keep what we know nothing of.
    """

    type: str | None
    due_at: datetime | int | None
    status: InvoiceStatus | None
    purchase_order_number: str | None
    details: InvoiceDetails | Mapping[str, Any] | None
    source: InvoiceSource | None
    external_id: str | None
    external_customer_id: str | None
    external_pdf_url: str | None
    extra_fields: Mapping[str, str] | None


class CreationFields(CommonFields, total=False):
    """`issued_at` becomes the date of creation; `channel_id` is required by some stores and refused by others."""

    order_number: str | None
    issued_at: datetime | int | None
    channel_id: int | None
    terms_conditions: str | None


class InvoiceChanges(CommonFields, total=False):
    """A status may contradict the balance; an open balance of zero or less makes the status PAID."""

    number: str | None
    company_id: int | None
    original_balance: Money | None
    open_balance: Money | None
    created_at: datetime | int | None


_COMMON: Names = {
    "number": ("invoiceNumber", str),
    "company_id": ("customerId", digits),
    "type": ("type", str),
    "due_at": ("dueDate", unix),
    "status": ("status", int),
    "purchase_order_number": ("purchaseOrderNumber", str),
    "details": ("details", lambda given: given.body() if isinstance(given, InvoiceDetails) else given),
    "source": ("source", int),
    "external_id": ("externalId", str),
    "external_customer_id": ("externalCustomerId", str),
    "external_pdf_url": ("externalPdfUrl", str),
    "extra_fields": ("extraFields", field_values),
}


def _balances(body: Callable[[Money], Any]) -> Names:
    return {"original_balance": ("originalBalance", body), "open_balance": ("openBalance", body)}


_CREATION: Names = {
    **_COMMON,
    **_balances(Money.body_as_number),
    "order_number": ("orderNumber", str),
    "issued_at": ("issuedAt", unix),
    "channel_id": ("channelId", int),
    "terms_conditions": ("termsConditions", str),
}
_CHANGES: Names = {**_COMMON, **_balances(Money.body_as_text), "created_at": ("createdAt", unix)}


def creation_body(fields: Mapping[str, Any]) -> dict[str, Any]:
    return spelled(fields, _CREATION)


def changes_body(changes: InvoiceChanges) -> dict[str, Any]:
    body = spelled(changes, _CHANGES)
    if not body:
        raise InvalidRequest("name at least one change")
    return body
