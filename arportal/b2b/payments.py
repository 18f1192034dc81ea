"""Payments received: money that came in, online at checkout or recorded by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self, TypedDict, Unpack

from arportal.b2b import reading
from arportal.b2b.address import path_id
from arportal.b2b.enums import AppliedStatus, PaymentOperation, ProcessingStatus
from arportal.b2b.money import Money
from arportal.b2b.offline import OfflineLine, offline_body, settable
from arportal.b2b.paging import Listing, Page
from arportal.b2b.resources import ORDER_BY, Names, Resource, digits, each, one_of, spelled
from arportal.b2b.transactions import Transaction

OFFLINE_MODULE = "payments_offline"


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """The part of a payment that goes to one invoice; some stores leave the number out."""

    payment_id: int | None
    invoice_id: int
    invoice_number: str
    amount: Money

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            payment_id=reading.integer_or_none(raw, "paymentId"),
            invoice_id=reading.integer(raw, "invoiceId"),
            invoice_number=reading.text(raw, "invoiceNumber"),
            amount=reading.money(raw, "amount"),
        )


@dataclass(frozen=True, slots=True)
class Payment:
    """`company_id` is the wire's `customerId`. `funding_status` is an undocumented number; show it to nobody.

    `allowed_statuses` are those the payment may be set to now; read them afresh before setting one.
    """

    payment_id: int
    company_id: int
    company_name: str
    payer_name: str
    payer_customer_id: str | None
    external_id: str | None
    external_customer_id: str | None
    memo: str
    module_name: str
    processing_status: ProcessingStatus
    applied_status: AppliedStatus
    funding_status: int | None
    total: Money
    lines: tuple[PaymentLine, ...]
    transactions: tuple[Transaction, ...]
    allowed_statuses: tuple[ProcessingStatus, ...]
    allowed_operations: tuple[PaymentOperation, ...]
    bc_order_id: int | None
    channel_id: int | None
    channel_name: str
    created_at: datetime | None
    updated_at: datetime | None
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @property
    def is_offline(self) -> bool:
        return self.module_name == OFFLINE_MODULE

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        module = reading.record(raw, "moduleData")
        return cls(
            payment_id=reading.integer(raw, "id"),
            company_id=reading.integer(raw, "customerId"),
            company_name=reading.text(raw, "customerName"),
            payer_name=reading.text(raw, "payerName"),
            payer_customer_id=reading.text_or_none(raw, "payerCustomerId"),
            external_id=reading.text_or_none(raw, "externalId"),
            external_customer_id=reading.text_or_none(raw, "externalCustomerId"),
            memo=reading.text(reading.record(raw, "details"), "memo"),
            module_name=reading.text(raw, "moduleName"),
            processing_status=ProcessingStatus(reading.state(raw, "processingStatus")),
            applied_status=AppliedStatus(reading.state(raw, "appliedStatus")),
            funding_status=reading.integer_or_none(raw, "fundingStatus"),
            total=reading.money(raw, "total"),
            lines=tuple(map(PaymentLine.parse, reading.records(raw, "lineItems"))),
            transactions=tuple(map(Transaction.parse, reading.records(module, "transactions"))),
            allowed_statuses=tuple(map(ProcessingStatus, reading.integers(raw, "allowedStatuses"))),
            allowed_operations=tuple(map(PaymentOperation, reading.integers(raw, "allowedOperations"))),
            bc_order_id=reading.integer_or_none(module, "orderId"),
            channel_id=reading.integer_or_none(raw, "channelId"),
            channel_name=reading.text(raw, "channelName"),
            created_at=reading.time(raw, "createdAt"),
            updated_at=reading.time(raw, "updatedAt"),
            raw=raw,
        )


class PaymentQuery(TypedDict, total=False):
    """Filters of the payment list, which knows no company: use `for_company`."""

    q: str | None
    search_by: str | None
    customer_name: str | None
    invoice_id: int | None
    processing_status: ProcessingStatus | None
    channel_ids: Iterable[int] | None
    sort_by: str | None
    order_by: str | None


_SORTS = (
    "moduleName processingStatus appliedStatus createdAt customerId externalCustomerId fundingStatus updatedAt "
    "totalAmount"
)
_NAMES: Names = {
    "q": ("q", str),
    "search_by": ("searchBy", one_of("id", "customerId", "externalId", "externalCustomerId")),
    "customer_name": ("customerName", str),
    "invoice_id": ("invoiceId", digits),
    "processing_status": ("processingStatus", digits),
    "channel_ids": ("channelIds", each),
    "sort_by": ("sortBy", one_of(*_SORTS.split())),
    "order_by": ORDER_BY,
}
_PATH = "/ip/payments"


class Payments(Resource):
    """`/ip/payments`: money received. The catalogue of payment methods is `methods`."""

    def list(self, *, page_size: int = 200, **query: Unpack[PaymentQuery]) -> Listing[Payment]:
        """GET /ip/payments, all pages; payments of another status or invoice than asked are dropped."""
        return self._kept(query, _exactly(query), page_size)

    def for_company(self, company_id: int, *, page_size: int = 200) -> Listing[Payment]:
        """GET /ip/payments searched by company id, and only that company's kept: the search is fuzzy."""
        query = PaymentQuery(search_by="customerId", q=digits(company_id))
        return self._kept(query, lambda payment: payment.company_id == company_id, page_size)

    def with_external_id(self, external_id: str, *, page_size: int = 200) -> Listing[Payment]:
        """GET /ip/payments searched by external id, and only exact matches kept; ids may repeat."""
        query = PaymentQuery(search_by="externalId", q=external_id)
        return self._kept(query, lambda payment: payment.external_id == external_id, page_size)

    def page(self, *, offset: int = 0, limit: int = 200, **query: Unpack[PaymentQuery]) -> Page[Payment]:
        """GET /ip/payments, one page of at most 250."""
        return self._page(_PATH, Payment.parse, offset, limit, self._spelled(query))

    def get(self, payment_id: int) -> Payment:
        """GET /ip/payments/{paymentId}. Errors: NotFound."""
        return self._transport.get(f"{_PATH}/{path_id(payment_id)}").one(Payment.parse)

    def create_offline(
        self,
        *,
        company_id: int,
        currency: str,
        lines: Sequence[OfflineLine],
        memo: str,
        external_id: str | None = None,
        external_customer_id: str | None = None,
        payer_name: str | None = None,
        payer_customer_id: str | None = None,
        processing_status: ProcessingStatus | None = None,
        channel_id: int | None = None,
    ) -> int:
        """POST /ip/payments/offline: the new payment's id. Not idempotent, so stamp `external_id`.

        The API applies the lines to the open balances at once; without a status it means COMPLETED. Errors:
        InvalidRequest, Refused, NotFound (nothing done); Ambiguous: look by `with_external_id` before repeating.
        """
        body = offline_body(
            company_id=company_id,
            currency=currency,
            lines=lines,
            memo=memo,
            processing_status=processing_status,
            channel_id=channel_id,
            externalId=external_id,
            externalCustomerId=external_customer_id,
            payerName=payer_name,
            payerCustomerId=payer_customer_id,
        )
        return self._transport.send("POST", f"{_PATH}/offline", body).identifier("paymentId", "id")

    def set_processing_status(self, payment_id: int, status: ProcessingStatus) -> int:
        """PUT /ip/payments/{paymentId}/processing-status: the payment's id. Errors: Refused, NotFound."""
        path = f"{_PATH}/{path_id(payment_id)}/processing-status"
        return self._transport.send("PUT", path, {"processingStatus": settable(status)}).identifier(
            "id", "paymentId"
        )

    def _kept(self, query: PaymentQuery, keep: Callable[[Payment], bool], page_size: int) -> Listing[Payment]:
        return self._listing(
            _PATH,
            Payment.parse,
            key=lambda payment: payment.payment_id,
            page_size=page_size,
            query=self._spelled(query),
            keep=keep,
        )

    def _spelled(self, query: PaymentQuery) -> dict[str, Any]:
        return spelled({"sort_by": "createdAt", "order_by": "DESC", **query}, _NAMES)


def _exactly(query: PaymentQuery) -> Callable[[Payment], bool]:
    """The filters whose meaning is exact, applied again: the API may have ignored them."""
    status, invoice_id = query.get("processing_status"), query.get("invoice_id")
    return lambda payment: (
        status in (None, payment.processing_status)
        and (invoice_id is None or any(line.invoice_id == invoice_id for line in payment.lines))
    )
