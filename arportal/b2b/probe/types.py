"""The form in which a store tells order numbers, pending payments and credit: the documentation has several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from arportal.b2b.errors import B2BError
from arportal.b2b.probe.shapes import shape
from arportal.b2b.probe.visit import Visit

SAMPLE = 50
COMPANIES = 3
ABSENT = "absent"


def order_numbers_and_pending(visit: Visit) -> Iterator[str]:
    invoices = _list(visit, "/ip/invoices")
    for key in ("orderNumber", "isPendingPayment", "pendingPaymentCount"):
        yield _counted("invoices", key, invoices)
    if invoices:
        alone = visit.transport.get(f"/ip/invoices/{invoices[0].get('id')}").data
        yield from (
            _counted("an invoice alone", key, [alone])
            for key in ("orderNumber", "isPendingPayment", "pendingPaymentCount")
        )
    orders = _list(visit, "/orders")
    yield _counted("orders", "bcOrderId", orders)
    if orders:
        alone = visit.transport.get(f"/orders/{orders[0].get('bcOrderId')}").data
        yield _counted("an order alone", "bcOrderId", alone if isinstance(alone, list) else [alone])


def credit_and_terms(visit: Visit) -> Iterator[str]:
    """The answers as they are, of a few companies; with --values those of the fields too."""
    companies = visit.transport.get("/companies", {"limit": COMPANIES}).data or []
    for number, company in enumerate(companies, start=1):
        for part in ("credit", "payment-terms"):
            path = f"/companies/{company.get('companyId')}/{part}"
            try:
                answer = f"200 {visit.shown(visit.transport.get(path).data)}"
            except B2BError as error:
                answer = f"{error.status or type(error).__name__} {error.message}"
            yield f"company {number}, {part}: {answer}"


def _list(visit: Visit, path: str) -> list[dict[str, Any]]:
    data = visit.transport.get(path, {"limit": SAMPLE}).data
    return data if isinstance(data, list) else []


def _counted(what: str, key: str, records: list[Any]) -> str:
    objects = [record for record in records if isinstance(record, dict)]
    kinds = Counter(shape(record[key]) if key in record else ABSENT for record in objects)
    return f"{what}, {key}: " + (
        ", ".join(f"{kind} {count}" for kind, count in kinds.items()) or "no records"
    )
