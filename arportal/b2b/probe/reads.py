"""Questions that change nothing in the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from arportal.b2b.errors import B2BError
from arportal.b2b.probe.keys import unread_keys
from arportal.b2b.probe.types import credit_and_terms, order_numbers_and_pending
from arportal.b2b.probe.visit import Question, Visit, kind, outcome

_BURST = 170  # a store has 150 a minute


def types_of_an_invoice(visit: Visit) -> Iterator[str]:
    invoice = visit.client.invoices.list(page_size=1).first()
    if invoice is None:
        yield "the store has no invoice"
        return
    raw = visit.client.invoices.get(invoice.invoice_id).raw
    for key in (
        "id",
        "customerId",
        "createdAt",
        "updatedAt",
        "dueDate",
        "channelId",
        "status",
        "externalId",
        "details",
    ):
        yield kind(visit, raw, key)
    yield f"openBalance: {visit.shown(raw['openBalance'])}"


def limits_and_filters(visit: Visit) -> Iterator[str]:
    def asked(path: str, **params: Any) -> str:
        return outcome(lambda: _counted(visit.transport.get(path, params).answer))

    yield f"invoices, limit=300: {asked('/ip/invoices', limit=300)}"
    yield f"orders, limit=250: {asked('/orders', limit=250)}"
    yield f"invoices, companyId=0 (a name it may not know): {asked('/ip/invoices', limit=1, companyId=0)}"
    yield f"invoices, customerId=0: {asked('/ip/invoices', limit=1, customerId=0)}"
    yield f"receipt lines, q=1 in invoiceId: {asked('/ip/receipt-lines', limit=5, q=1, searchBy='invoiceId')}"


def shape_of_an_order(visit: Visit) -> Iterator[str]:
    order = visit.client.orders.list(page_size=1).first()
    if order is None:
        yield "the store has no order of the last year"
        return
    data = visit.transport.get(f"/orders/{order.bc_order_id}").data
    yield f"data is a {type(data).__name__}"
    detail = data[0] if isinstance(data, list) and data else data
    for key in (
        "bcOrderId",
        "money",
        "cartId",
        "isInvoiceOrder",
        "invoiceId",
        "invoiceNumber",
        "invoiceStatus",
    ):
        yield kind(visit, detail, key)


def statuses_and_funding(visit: Visit) -> Iterator[str]:
    funding: Counter[Any] = Counter()
    for payment in visit.client.payments.page(limit=200).items:
        funding[payment.module_name, payment.processing_status.name, payment.funding_status] += 1
    yield from (
        f"{module}, {status}, funding {code}: {count}" for (module, status, code), count in funding.items()
    )
    online = next((payment for payment in visit.client.payments.list() if not payment.is_offline), None)
    if online is not None:
        allowed = visit.transport.get(f"/ip/payments/{online.payment_id}/operations").data
        yield f"an online payment: {online.raw.get('allowedStatuses')}, /operations: {allowed}"


def wrong_hash(visit: Visit) -> Iterator[str]:
    yield outcome(lambda: _counted(visit.wrong_store.get("/payments").answer))


def rate_limit(visit: Visit) -> Iterator[str]:
    if not visit.agree(f"Send {_BURST} requests in a row, which uses up the store's minute for everybody?"):
        yield "skipped"
        return
    for number in range(_BURST):
        try:
            visit.transport.get("/payments")
        except B2BError as error:
            yield f"request {number + 1}: {type(error).__name__} {error.status}: {error.message}"
            yield f"wait asked for: {getattr(error, 'wait', None)}"
            return
    yield f"{_BURST} requests went through"


def _counted(answer: Mapping[str, Any]) -> str:
    data, meta = answer.get("data"), answer.get("meta")
    return f"{len(data) if isinstance(data, list) else data!r} records, meta {meta!r}"


READS = (
    Question(1, "types in an invoice", types_of_an_invoice),
    Question(10, "limits and filters", limits_and_filters),
    Question(11, "a store hash that is not the token's", wrong_hash),
    Question(11, "rate limit", rate_limit),
    Question(12, "shape of an order", shape_of_an_order),
    Question(13, "statuses, operations and funding of payments", statuses_and_funding),
    Question(14, "order numbers, order ids and pending payments: in which form", order_numbers_and_pending),
    Question(15, "credit and payment terms, as answered", credit_and_terms),
    Question(16, "keys that arportal does not read", unread_keys),
)
