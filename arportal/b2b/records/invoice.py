"""One invoice: what a company owes, until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from arportal.b2b.errors import InvalidResponse
from arportal.b2b.records.invoice_details import InvoiceDetails
from arportal.b2b.values import reading
from arportal.b2b.values.enums import InvoiceSource, InvoiceStatus
from arportal.b2b.values.money import Money


@dataclass(frozen=True, slots=True)
class Undocumented:
    """Fields that real answers have beside the documented ones, named as there: nobody has told what they mean.

    `bc_id` and `bc_group_name` look like the company's customer group.
    """

    store_hash: str
    not_allowed_pay: int | None
    bc_id: int | None
    bc_group_name: str
    customer_bc_id: int | None
    customer_bc_group_name: str
    external_pdf_url: str | None = field(repr=False)

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            store_hash=reading.text(raw, "storeHash"),
            not_allowed_pay=reading.integer_or_none(raw, "notAllowedPay"),
            bc_id=reading.integer_or_none(raw, "bcId"),
            bc_group_name=reading.text(raw, "bcGroupName"),
            customer_bc_id=reading.integer_or_none(raw, "customerBcId"),
            customer_bc_group_name=reading.text(raw, "customerBcGroupName"),
            external_pdf_url=reading.text_or_none(raw, "externalPdfUrl"),
        )


@dataclass(frozen=True, slots=True)
class Invoice:
    """`company_id` is the wire's `customerId`. `open_balance` may exceed `original_balance`, or be negative.

    `pending_payment_count` is None where the store does not tell it. Stores tell of pending payments by a flag, by
    their number, or by both: `is_pending_payment` is true by either.
    """

    invoice_id: int
    company_id: int
    company_name: str
    external_id: str | None
    external_customer_id: str | None
    number: str
    type: str
    due_at: datetime | None
    status: InvoiceStatus
    order_number: str | None
    purchase_order_number: str | None
    is_pending_payment: bool
    pending_payment_count: int | None
    source: InvoiceSource
    original_balance: Money
    open_balance: Money
    created_at: datetime | None
    updated_at: datetime | None
    channel_id: int | None
    channel_name: str
    terms_conditions: str
    extra_fields: tuple[Mapping[str, Any], ...]
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @property
    def details(self) -> InvoiceDetails:
        """Lines, cost lines and addresses, read from `raw` at each call; InvalidResponse if unreadable."""
        try:
            return InvoiceDetails.parse(reading.record(self.raw, "details"))
        except InvalidResponse as error:
            path = f"/ip/invoices/{self.invoice_id}"
            raise InvalidResponse(f"details: {error.message}", method="GET", path=path) from None

    @property
    def undocumented(self) -> Undocumented:
        """Read from `raw` at each call: no surprise in it costs the invoice. InvalidResponse if unreadable."""
        return Undocumented.parse(self.raw)

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        original = reading.money(raw, "originalBalance")
        opened = reading.money(raw, "openBalance")
        pending_count = reading.integer_or_none(raw, "pendingPaymentCount")
        if original.currency != opened.currency:
            raise InvalidResponse(f"the balances are in {original.currency} and {opened.currency}")
        return cls(
            invoice_id=reading.integer(raw, "id"),
            company_id=reading.integer(raw, "customerId"),
            company_name=reading.text(raw, "customerName"),
            external_id=reading.text_or_none(raw, "externalId"),
            external_customer_id=reading.text_or_none(raw, "externalCustomerId"),
            number=reading.text(raw, "invoiceNumber"),
            type=reading.text(raw, "type"),
            due_at=reading.time(raw, "dueDate"),
            status=InvoiceStatus(reading.state(raw, "status")),
            order_number=reading.text_or_none(raw, "orderNumber"),
            purchase_order_number=reading.text_or_none(raw, "purchaseOrderNumber"),
            is_pending_payment=reading.flag(raw, "isPendingPayment") or bool(pending_count),
            pending_payment_count=pending_count,
            source=InvoiceSource(reading.state(raw, "source")),
            original_balance=original,
            open_balance=opened,
            created_at=reading.time(raw, "createdAt"),
            updated_at=reading.time(raw, "updatedAt"),
            channel_id=reading.integer_or_none(raw, "channelId"),
            channel_name=reading.text(raw, "channelName"),
            terms_conditions=reading.text(raw, "termsConditions"),
            extra_fields=reading.records(raw, "extraFields"),
            raw=raw,
        )


@dataclass(frozen=True, slots=True)
class PdfLink:
    """Addresses of an invoice's PDF. Whoever has such an address can read the invoice, so repr hides them."""

    url: str | None = field(repr=False)
    external_pdf_url: str | None = field(repr=False)

    @property
    def preferred(self) -> str | None:
        return self.url or self.external_pdf_url

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(reading.text_or_none(raw, "url"), reading.text_or_none(raw, "externalPdfUrl"))


@dataclass(frozen=True, slots=True)
class InvoiceOfOrder:
    """The answer to creating an invoice from an order; the number may begin with zeros."""

    invoice_id: int
    number: str

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(reading.integer(raw, "invoiceId"), reading.text(raw, "invoiceNumber"))
