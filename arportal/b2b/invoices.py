"""Invoices: what companies owe."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypedDict, Unpack

from arportal.b2b.errors import NotFound
from arportal.b2b.extra_fields import WithExtraFields
from arportal.b2b.http.address import path_id
from arportal.b2b.http.paging import Listing, Page
from arportal.b2b.http.resources import ORDER_BY, Names, bit, digits, each, one_of, spelled
from arportal.b2b.records.invoice import Invoice, InvoiceOfOrder, PdfLink
from arportal.b2b.records.invoice_body import CreationFields, InvoiceChanges, changes_body, creation_body
from arportal.b2b.values.enums import InvoiceStatus
from arportal.b2b.values.money import Money
from arportal.b2b.values.times import unix


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
    # With and without brackets, as each call documents its lists.
    "external_ids": ("externalId[]", each),
    "channel_ids": ("channelIds", each),
    "include_extra_fields": ("isIncludeExtraFields", bit),
    "sort_by": ("sortBy", one_of(*_SORTS.split())),
    "order_by": ORDER_BY,
}
_PATH = "/ip/invoices"
_CHANNELS = (
    "A store with several storefronts wants the invoice's channel_id; a store with one wants none, or 1. "
    "Set it or leave it out, as this store needs"
)


class Invoices(WithExtraFields):
    """`/ip/invoices`."""

    extra_fields_path = f"{_PATH}/extra-fields"

    def list(self, *, page_size: int = 200, **query: Unpack[InvoiceQuery]) -> Listing[Invoice]:
        """GET /ip/invoices, all pages; invoices of another company or status than asked are dropped."""
        company_id, status = query.get("customer_id"), query.get("status")
        return self._listing(
            _PATH,
            Invoice.parse,
            key=lambda invoice: invoice.invoice_id,
            page_size=page_size,
            query=self._spelled(query),
            keep=lambda invoice: (
                company_id in (None, invoice.company_id) and status in (None, invoice.status)
            ),
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

    def create(
        self,
        *,
        company_id: int,
        number: str,
        original_balance: Money,
        open_balance: Money,
        **fields: Unpack[CreationFields],
    ) -> int:
        """POST /ip/invoices: the new invoice's id. Numbers are unique; type "Invoice" and status OPEN by default.

        Errors: Refused (number or order already invoiced), NotFound (company; channel, with a hint); Ambiguous:
        look for the number before repeating.
        """
        required = {
            "company_id": company_id,
            "number": number,
            "original_balance": original_balance,
            "open_balance": open_balance,
        }
        body = creation_body({**fields, **required})
        try:
            return self._transport.send("POST", _PATH, body).identifier("id", "invoiceId")
        except NotFound as error:
            if "channel" in error.message.lower():
                error.hint = _CHANNELS
            raise

    def create_from_order(self, order_id: int) -> InvoiceOfOrder:
        """POST /ip/orders/{orderId}/invoices. `order_id` is the B2B order id, not BigCommerce's.

        Errors: NotFound (no such order), Refused (no company, incomplete or already invoiced), Ambiguous.
        """
        path = f"/ip/orders/{path_id(order_id)}/invoices"
        return self._transport.send("POST", path, {}).one(InvoiceOfOrder.parse)

    def update(self, invoice_id: int, **changes: Unpack[InvoiceChanges]) -> int:
        """PUT /ip/invoices/{invoiceId}: the invoice's id. `details` replace the whole of what was there.

        No payment or receipt comes of a changed balance. Errors: NotFound, Refused, Ambiguous.
        """
        path = f"{_PATH}/{path_id(invoice_id)}"
        return self._transport.send("PUT", path, changes_body(changes)).identifier("id", "invoiceId")

    def delete(self, invoice_id: int) -> int:
        """DELETE /ip/invoices/{invoiceId}: the id that is gone. Its payments stay. Errors: NotFound, Ambiguous."""
        return self._transport.send("DELETE", f"{_PATH}/{path_id(invoice_id)}").identifier("id", "invoiceId")

    def _spelled(self, query: InvoiceQuery) -> dict[str, Any]:
        return spelled({"sort_by": "createdAt", "order_by": "DESC", **query}, _NAMES)
