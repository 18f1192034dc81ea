"""The keys of a store's answers that arportal does not read."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any

from arportal.b2b.channels import Channel
from arportal.b2b.errors import B2BError
from arportal.b2b.methods import Method
from arportal.b2b.probe.shapes import Watched, first_of_each
from arportal.b2b.probe.visit import Visit
from arportal.b2b.receipts import Receipt, ReceiptLine
from arportal.b2b.records.company import Company
from arportal.b2b.records.invoice import Invoice
from arportal.b2b.records.order import Order, OrderProduct
from arportal.b2b.records.payment import Payment
from arportal.b2b.users import User

SAMPLE = 20
Read = Callable[[Any], object]


@dataclass(frozen=True)
class Kind:
    """`read` takes one record of the list at `path`; `key` is its id, for the kinds whose own page says more."""

    path: str
    read: Read
    key: str = ""


def _invoice(raw: Any) -> object:
    invoice = Invoice.parse(raw)
    return invoice.details, invoice.undocumented


KINDS = (
    Kind("/companies", Company.parse, "companyId"),
    Kind("/users", User.parse, "id"),
    Kind("/ip/invoices", _invoice, "id"),
    Kind("/ip/payments", Payment.parse, "id"),
    Kind("/ip/receipts", Receipt.parse, "id"),
    Kind("/ip/receipt-lines", ReceiptLine.parse),
    Kind("/orders", Order.parse, "bcOrderId"),
    Kind("/payments", Method.parse),
    Kind("/channels", Channel.parse),
)


def unread_keys(visit: Visit) -> Iterator[str]:
    """Unread keys by kind of record, in the list and alone; with the shape of a value, and few requests."""
    for kind in KINDS:
        records = yield from _unread_at(visit, kind.path, kind.path, kind.read)
        if kind.key and records:
            one = f"{kind.path}/{records[0][kind.key]}"
            yield from _unread_at(visit, f"{kind.path}/{{id}}", one, kind.read)
            if kind.path == "/orders":
                products = f"{kind.path}/{{id}}/products"
                yield from _unread_at(visit, products, f"{one}/products", OrderProduct.parse)


def _unread_at(visit: Visit, name: str, path: str, read: Read) -> Generator[str, None, list[dict[str, Any]]]:
    """Yields lines about the keys at `path` that `read` does not ask for, and returns the records."""
    try:
        data = visit.transport.get(path, {"limit": SAMPLE}).data
    except B2BError as error:
        yield f"{name}: {type(error).__name__} {error.status or ''}"
        return []
    # One order may come as a list of one.
    records = [record for record in (data if isinstance(data, list) else [data]) if isinstance(record, dict)]
    unread: list[tuple[str, Any]] = []
    for record in records:
        watched = Watched(record)
        try:
            read(watched)
        except B2BError as error:
            yield f"{name}: cannot be read: {error if visit.shows_values else error.message.partition(':')[0]}"
            continue
        unread += watched.unread()
    keys = [f"{key} ({visit.shown(value)})" for key, value in sorted(first_of_each(unread).items())]
    yield f"{name}, {len(records)} looked at: {', '.join(keys) or 'none'}"
    return records
