"""The fields that a line of a file can fill, and the names that senders give to their columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _lazy

from arportal.receivables.models import Import
from arportal.stores.access import Permission


@dataclass(frozen=True, slots=True)
class Field:
    """`names` are what files call it, in small letters and without marks; the first is that of the template."""

    key: str
    label: Any
    names: tuple[str, ...]
    is_required: bool = False
    hint: Any = ""


COMPANY = Field(
    "company",
    _lazy("Company"),
    ("company", "customer", "customer name", "company name", "company id", "customer id", "debtor"),
    hint=_lazy("Its name as at the store, or its number there."),
)
CURRENCY = Field("currency", _lazy("Currency"), ("currency", "currency code", "ccy", "waehrung"))
NUMBER_NAMES = ("invoice number", "invoice", "invoice no", "number", "document number", "rechnungsnummer")
PAYMENT_FIELDS = (
    Field("number", _lazy("Invoice number"), NUMBER_NAMES, is_required=True),
    Field(
        "amount",
        _lazy("Amount"),
        ("amount", "amount paid", "paid", "payment amount", "betrag"),
        is_required=True,
    ),
    Field(
        "received_on",
        _lazy("Value date"),
        ("value date", "date", "payment date", "received on", "received", "valuta", "datum"),
        is_required=True,
    ),
    COMPANY,
    CURRENCY,
    Field("reference", _lazy("Reference"), ("reference", "payment reference", "cheque number", "ref")),
    Field("payer_name", _lazy("Payer"), ("payer", "payer name", "remitter"), hint=_lazy("Else the company.")),
    Field("memo", _lazy("Memo"), ("memo", "note", "comment", "description")),
)
INVOICE_FIELDS = (
    Field("number", _lazy("Invoice number"), NUMBER_NAMES, is_required=True),
    Field(COMPANY.key, COMPANY.label, COMPANY.names, is_required=True, hint=COMPANY.hint),
    Field(
        "amount", _lazy("Amount"), ("amount", "total", "invoice amount", "gross", "betrag"), is_required=True
    ),
    Field(
        "issued_on",
        _lazy("Invoice date"),
        ("invoice date", "date", "issue date", "issued on", "datum"),
        is_required=True,
    ),
    Field(
        "due_on",
        _lazy("Due date"),
        ("due date", "due", "due on", "faellig"),
        hint=_lazy("Else by the terms."),
    ),
    CURRENCY,
    Field("description", _lazy("Description"), ("description", "text", "memo", "subject")),
    Field("po_number", _lazy("PO number"), ("po number", "po", "purchase order", "purchase order number")),
    Field("order_number", _lazy("Order number"), ("order number", "order", "order id")),
    Field("external_id", _lazy("External ID"), ("external id", "reference", "erp id")),
)
FIELDS: Mapping[str, Sequence[Field]] = {
    Import.Of.PAYMENTS: PAYMENT_FIELDS,
    Import.Of.INVOICES: INVOICE_FIELDS,
}
PERMISSIONS: Mapping[str, Permission] = {
    Import.Of.PAYMENTS: Permission.RECORD_PAYMENT,
    Import.Of.INVOICES: Permission.EDIT_INVOICE,
}
# Of these the days and the amounts of a file are written in one format each.
DATES = ("received_on", "issued_on", "due_on")
