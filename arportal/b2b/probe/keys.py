"""Which keys a store's answers have that arportal does not read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
    """By kind of record, in the list and alone; with the shape of a value, for which the store is asked little."""
    for kind in KINDS:
        try:
            records = _records(visit, kind.path)
        except B2BError as error:
            yield f"{kind.path}: {type(error).__name__} {error.status or ''}"
            continue
        yield from _told(visit, kind.path, records, kind.read)
        if kind.key and records:
            yield from _alone(visit, f"{kind.path}/{{id}}", f"{kind.path}/{records[0][kind.key]}", kind.read)
        if kind.path == "/orders" and records:
            products = _records(visit, f"{kind.path}/{records[0][kind.key]}/products")
            yield from _told(visit, f"{kind.path}/{{id}}/products", products, OrderProduct.parse)


def _alone(visit: Visit, name: str, path: str, read: Read) -> Iterator[str]:
    try:
        data = visit.transport.get(path).data
    except B2BError as error:
        yield f"{name}: {type(error).__name__} {error.status or ''}"
        return
    yield from _told(visit, name, data if isinstance(data, list) else [data], read)


def _records(visit: Visit, path: str) -> list[dict[str, Any]]:
    data = visit.transport.get(path, {"limit": SAMPLE}).data
    return [each for each in data if isinstance(each, dict)] if isinstance(data, list) else []


def _told(visit: Visit, name: str, records: list[dict[str, Any]], read: Read) -> Iterator[str]:
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
