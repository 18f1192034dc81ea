"""Payments received: money that came in, online at checkout or recorded by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypedDict, Unpack

from arportal.b2b.errors import InvalidRequest
from arportal.b2b.http.address import path_id
from arportal.b2b.http.paging import Listing, Page
from arportal.b2b.http.resources import ORDER_BY, Names, Resource, digits, each, one_of, spelled
from arportal.b2b.records.offline import OfflineChanges, OfflineLine, merged_body, offline_body, settable
from arportal.b2b.records.payment import AllowedNow, Payment
from arportal.b2b.records.transactions import Transaction
from arportal.b2b.values.enums import PaymentOperation, ProcessingStatus


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
        status, invoice_id = query.get("processing_status"), query.get("invoice_id")

        def is_wanted(payment: Payment) -> bool:
            pays = invoice_id is None or any(line.invoice_id == invoice_id for line in payment.lines)
            return pays and status in (None, payment.processing_status)

        return self._kept(query, is_wanted, page_size)

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
        return self._transport.get(_path(payment_id)).one(Payment.parse)

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

    def update_offline(self, payment_id: int, **changes: Unpack[OfflineChanges]) -> int:
        """GET, then PUT /ip/payments/offline/{paymentId} with everything: what is not named stays as it was.

        Errors: NotFound, Refused (also for a payment that is not offline), Ambiguous.
        """
        return self.replace_offline(self.get(payment_id), **changes)

    def replace_offline(self, payment: Payment, **changes: Unpack[OfflineChanges]) -> int:
        """PUT /ip/payments/offline/{paymentId}: the payment as it was just read, with the changes. The API would
        take it, too, if the payment had changed since: read it right before. Errors as `update_offline`."""
        path = f"{_PATH}/offline/{path_id(payment.payment_id)}"
        body = merged_body(payment, **changes)
        return self._transport.send("PUT", path, body).identifier("paymentId", "id")

    def delete(self, payment_id: int) -> int:
        """DELETE /ip/payments/{paymentId}: the id that is gone. Errors: NotFound, Ambiguous."""
        return self._transport.send("DELETE", _path(payment_id)).identifier("id", "paymentId")

    def set_processing_status(self, payment_id: int, status: ProcessingStatus) -> int:
        """PUT /ip/payments/{paymentId}/processing-status: the payment's id. Errors: Refused, NotFound, Ambiguous."""
        body = {"processingStatus": settable(status)}
        path = _path(payment_id, "/processing-status")
        return self._transport.send("PUT", path, body).identifier("id", "paymentId")

    def allowed_now(self, payment_id: int) -> AllowedNow:
        """GET /ip/payments/{paymentId}/operations: operations and statuses allowed now. Errors: NotFound."""
        return self._transport.get(_path(payment_id, "/operations")).one(AllowedNow.parse)

    def operate(self, payment_id: int, operation: PaymentOperation) -> int:
        """POST /ip/payments/{paymentId}/operations: the payment's id. Errors: Refused, NotFound, Ambiguous."""
        if not PaymentOperation(operation).is_known:
            raise InvalidRequest(f"nobody knows what operation {int(operation)} does")
        body = {"operationCode": int(operation)}
        return self._transport.send("POST", _path(payment_id, "/operations"), body).identifier(
            "id", "paymentId"
        )

    def transactions(self, payment_id: int) -> tuple[Transaction, ...]:
        """GET /ip/payments/{paymentId}/transactions: what the gateway reported. Errors: NotFound."""
        return self._transport.get(_path(payment_id, "/transactions")).many(Transaction.parse)

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


def _path(payment_id: int, rest: str = "") -> str:
    return f"{_PATH}/{path_id(payment_id)}{rest}"
