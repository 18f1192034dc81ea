"""Invoices: what companies owe."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self, TypedDict, Unpack

from arportal.b2b import reading
from arportal.b2b.address import path_id
from arportal.b2b.enums import InvoiceSource, InvoiceStatus
from arportal.b2b.errors import InvalidResponse
from arportal.b2b.invoice_details import InvoiceDetails
from arportal.b2b.money import Money
from arportal.b2b.paging import Listing, Page
from arportal.b2b.resources import ORDER_BY, Names, Resource, bit, digits, each, one_of, spelled
from arportal.b2b.times import unix


@dataclass(frozen=True, slots=True)
class Invoice:
    """`company_id` is the wire's `customerId`. `open_balance` may exceed `original_balance`, or be negative."""

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
            path = f"{_PATH}/{self.invoice_id}"
            raise InvalidResponse(f"details: {error.message}", method="GET", path=path) from None

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
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
            is_pending_payment=reading.flag(raw, "isPendingPayment"),
            source=InvoiceSource(reading.state(raw, "source")),
            original_balance=reading.money(raw, "originalBalance"),
            open_balance=reading.money(raw, "openBalance"),
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


class InvoiceQuery(TypedDict, total=False):
    """Filters of the invoice list. `customer_id` is the company's id; the dates are of creation, inclusive;
    `q` is looked for in the field `search_by`, or in all of them, anywhere in the text."""

    customer_id: int | None
    customer_name: str | None
    status: InvoiceStatus | None
    q: str | None
    search_by: str | None
    begin_date_at: datetime | int | None
    end_date_at: datetime | int | None
    external_ids: Iterable[str] | None
    channel_ids: Iterable[int] | None
    include_extra_fields: bool | None
    sort_by: str | None
    order_by: str | None


_SORTS = (
    "invoiceNumber createdAt customerId externalCustomerId dueDate updatedAt isPendingPayment openBalance "
    "originalBalance status"
)
_SEARCHES = "invoiceNumber type orderNumber purchaseOrderNumber customerId externalCustomerId"
_NAMES: Names = {
    "customer_id": ("customerId", digits),
    "customer_name": ("customerName", str),
    "status": ("status", digits),
    "q": ("q", str),
    "search_by": ("searchBy", one_of(*_SEARCHES.split())),
    "begin_date_at": ("beginDateAt", unix),
    "end_date_at": ("endDateAt", unix),
    "external_ids": ("externalId[]", each),
    "channel_ids": ("channelIds", each),
    "include_extra_fields": ("isIncludeExtraFields", bit),
    "sort_by": ("sortBy", one_of(*_SORTS.split())),
    "order_by": ORDER_BY,
}
_PATH = "/ip/invoices"


class Invoices(Resource):
    """`/ip/invoices`."""

    def list(self, *, page_size: int = 200, **query: Unpack[InvoiceQuery]) -> Listing[Invoice]:
        """GET /ip/invoices, all pages; invoices of another company or status than asked are dropped."""
        return self._listing(
            _PATH,
            Invoice.parse,
            key=lambda invoice: invoice.invoice_id,
            page_size=page_size,
            query=self._spelled(query),
            keep=_exactly(query),
        )

    def page(self, *, offset: int = 0, limit: int = 200, **query: Unpack[InvoiceQuery]) -> Page[Invoice]:
        """GET /ip/invoices, one page of at most 250."""
        return self._page(_PATH, Invoice.parse, offset, limit, self._spelled(query))

    def get(self, invoice_id: int) -> Invoice:
        """GET /ip/invoices/{invoiceId}, with extra fields. Errors: NotFound."""
        return self._transport.get(f"{_PATH}/{path_id(invoice_id)}").one(Invoice.parse)

    def download_pdf(self, invoice_id: int) -> PdfLink:
        """GET /ip/invoices/{invoiceId}/download-pdf: a link, to be fetched without our headers. Errors: NotFound."""
        return self._transport.get(f"{_PATH}/{path_id(invoice_id)}/download-pdf").one(PdfLink.parse)

    def _spelled(self, query: InvoiceQuery) -> dict[str, Any]:
        return spelled({"sort_by": "createdAt", "order_by": "DESC", **query}, _NAMES)


def _exactly(query: InvoiceQuery) -> Callable[[Invoice], bool]:
    """The filters whose meaning is exact, applied again: the API may have ignored them."""
    company_id, status = query.get("customer_id"), query.get("status")
    return lambda invoice: company_id in (None, invoice.company_id) and status in (None, invoice.status)
