"""Receipts: what the store wrote down about payments. Payments make them; no call creates one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self, TypedDict, Unpack

from arportal.b2b.http.address import path_id
from arportal.b2b.http.paging import Listing, Page
from arportal.b2b.http.resources import ORDER_BY, Names, Resource, each, one_of, spelled
from arportal.b2b.values import reading
from arportal.b2b.values.enums import ProcessingStatus
from arportal.b2b.values.money import Money


@dataclass(frozen=True, slots=True)
class Receipt:
    """`transaction_type` is "Paid" or "Refund"; `payment_type` "Offline" or e.g. "Visa ending in 4242"."""

    receipt_id: int
    payment_id: int | None
    company_id: int
    external_id: str | None
    external_customer_id: str | None
    payer_name: str
    payer_customer_id: str | None
    transaction_type: str
    payment_type: str
    reference_number: str
    memo: str
    total: Money
    created_at: datetime | None
    updated_at: datetime | None
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        payment_details = reading.record(reading.record(raw, "details"), "paymentDetails")
        return cls(
            receipt_id=reading.integer(raw, "id"),
            payment_id=reading.integer_or_none(raw, "paymentId"),
            company_id=reading.integer(raw, "customerId"),
            external_id=reading.text_or_none(raw, "externalId"),
            external_customer_id=reading.text_or_none(raw, "externalCustomerId"),
            payer_name=reading.text(raw, "payerName"),
            payer_customer_id=reading.text_or_none(raw, "payerCustomerId"),
            transaction_type=reading.text(raw, "transactionType"),
            payment_type=reading.text(raw, "paymentType"),
            reference_number=reading.text(raw, "referenceNumber"),
            memo=reading.text(payment_details, "memo"),
            total=reading.money(raw, "total"),
            created_at=reading.time(raw, "createdAt"),
            updated_at=reading.time(raw, "updatedAt"),
            raw=raw,
        )


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """The part of a receipt that goes to one invoice; `payment_status` is the payment's processing status."""

    line_id: int
    receipt_id: int
    invoice_id: int
    invoice_number: str
    payment_id: int | None
    company_id: int
    external_id: str | None
    external_customer_id: str | None
    payment_status: ProcessingStatus
    transaction_type: str
    payment_type: str
    reference_number: str
    amount: Money
    created_at: datetime | None
    updated_at: datetime | None
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            line_id=reading.integer(raw, "id"),
            receipt_id=reading.integer(raw, "receiptId"),
            invoice_id=reading.integer(raw, "invoiceId"),
            invoice_number=reading.text(raw, "invoiceNumber"),
            payment_id=reading.integer_or_none(raw, "paymentId"),
            company_id=reading.integer(raw, "customerId"),
            external_id=reading.text_or_none(raw, "externalId"),
            external_customer_id=reading.text_or_none(raw, "externalCustomerId"),
            payment_status=ProcessingStatus(reading.state(raw, "paymentStatus")),
            transaction_type=reading.text(raw, "transactionType"),
            payment_type=reading.text(raw, "paymentType"),
            reference_number=reading.text(raw, "referenceNumber"),
            amount=reading.money(raw, "amount"),
            created_at=reading.time(raw, "createdAt"),
            updated_at=reading.time(raw, "updatedAt"),
            raw=raw,
        )


class ReceiptQuery(TypedDict, total=False):
    """Filters of receipts and of receipt lines; `q` is looked for anywhere in the field `search_by`."""

    q: str | None
    search_by: str | None
    payment_statuses: Iterable[ProcessingStatus] | None
    sort_by: str | None
    order_by: str | None


def _names(searches: str, sorts: str) -> Names:
    return {
        "q": ("q", str),
        "search_by": ("searchBy", one_of(*searches.split())),
        "payment_statuses": ("paymentStatus[]", each),
        "sort_by": ("sortBy", one_of(*sorts.split())),
        "order_by": ORDER_BY,
    }


_RECEIPTS = _names(
    "payerName referenceNumber customerId externalId externalCustomerId",
    "customerId externalCustomerId paymentId total transactionType referenceNumber createdAt updatedAt",
)
_LINES = _names(
    "customerId externalId externalCustomerId payerName payerCustomerId referenceNumber invoiceId",
    "customerId externalCustomerId receiptId invoiceId amount createdAt updatedAt",
)
_PATH = "/ip/receipts"
_LINES_PATH = "/ip/receipt-lines"


class Receipts(Resource):
    """`/ip/receipts` and `/ip/receipt-lines`. Neither can be filtered by company, only searched."""

    def list(self, *, page_size: int = 200, **query: Unpack[ReceiptQuery]) -> Listing[Receipt]:
        """GET /ip/receipts, all pages, newest first."""
        return self._receipts(query, page_size)

    def for_company(self, company_id: int, *, page_size: int = 200) -> Listing[Receipt]:
        """GET /ip/receipts searched by company id, and only that company's kept."""
        query = ReceiptQuery(search_by="customerId", q=str(company_id))
        return self._receipts(query, page_size, lambda receipt: receipt.company_id == company_id)

    def page(self, *, offset: int = 0, limit: int = 200, **query: Unpack[ReceiptQuery]) -> Page[Receipt]:
        """GET /ip/receipts, one page of at most 250."""
        return self._page(_PATH, Receipt.parse, offset, limit, _spelled(query, _RECEIPTS))

    def get(self, receipt_id: int) -> Receipt:
        """GET /ip/receipts/{receiptId}. Errors: NotFound."""
        return self._transport.get(f"{_PATH}/{path_id(receipt_id)}").one(Receipt.parse)

    def delete(self, receipt_id: int) -> int:
        """DELETE /ip/receipts/{receiptId}: the id that is gone, with its lines. Errors: NotFound, Ambiguous."""
        return self._transport.send("DELETE", f"{_PATH}/{path_id(receipt_id)}").identifier("id")

    def list_lines(self, *, page_size: int = 200, **query: Unpack[ReceiptQuery]) -> Listing[ReceiptLine]:
        """GET /ip/receipt-lines: the lines of all receipts, all pages, newest first."""
        return self._lines(_LINES_PATH, query, page_size)

    def lines_for_invoice(self, invoice_id: int, *, page_size: int = 200) -> Listing[ReceiptLine]:
        """GET /ip/receipt-lines searched by invoice id, and only that invoice's kept: its payment history."""
        query = ReceiptQuery(search_by="invoiceId", q=str(invoice_id))
        return self._lines(_LINES_PATH, query, page_size, lambda line: line.invoice_id == invoice_id)

    def page_lines(
        self, *, offset: int = 0, limit: int = 200, **query: Unpack[ReceiptQuery]
    ) -> Page[ReceiptLine]:
        """GET /ip/receipt-lines, one page of at most 250."""
        return self._page(_LINES_PATH, ReceiptLine.parse, offset, limit, _spelled(query, _LINES))

    def lines_of(
        self, receipt_id: int, *, page_size: int = 200, **query: Unpack[ReceiptQuery]
    ) -> Listing[ReceiptLine]:
        """GET /ip/receipts/{receiptId}/lines, all pages. Errors: NotFound."""
        path = f"{_PATH}/{path_id(receipt_id)}/lines"
        return self._lines(path, query, page_size, lambda line: line.receipt_id == receipt_id)

    def get_line(self, receipt_id: int, line_id: int) -> ReceiptLine:
        """GET /ip/receipts/{receiptId}/lines/{receiptLineId}. Errors: NotFound."""
        return self._transport.get(_line(receipt_id, line_id)).one(ReceiptLine.parse)

    def delete_line(self, receipt_id: int, line_id: int) -> int:
        """DELETE /ip/receipts/{receiptId}/lines/{receiptLineId}: the id that is gone. Errors: NotFound, Ambiguous."""
        return self._transport.send("DELETE", _line(receipt_id, line_id)).identifier("id")

    def _receipts(
        self, query: ReceiptQuery, page_size: int, keep: Callable[[Receipt], bool] | None = None
    ) -> Listing[Receipt]:
        return self._listing(
            _PATH,
            Receipt.parse,
            key=lambda receipt: receipt.receipt_id,
            page_size=page_size,
            query=_spelled(query, _RECEIPTS),
            keep=keep,
        )

    def _lines(
        self,
        path: str,
        query: ReceiptQuery,
        page_size: int,
        keep: Callable[[ReceiptLine], bool] | None = None,
    ) -> Listing[ReceiptLine]:
        return self._listing(
            path,
            ReceiptLine.parse,
            key=lambda line: line.line_id,
            page_size=page_size,
            query=_spelled(query, _LINES),
            keep=keep,
        )


def _spelled(query: ReceiptQuery, names: Names) -> dict[str, Any]:
    return spelled({"sort_by": "createdAt", "order_by": "DESC", **query}, names)


def _line(receipt_id: int, line_id: int) -> str:
    return f"{_PATH}/{path_id(receipt_id)}/lines/{path_id(line_id)}"
