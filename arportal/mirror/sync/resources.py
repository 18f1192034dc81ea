"""What the sync must know about each resource of the API in order to scan it."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from arportal import b2b
from arportal.mirror import models
from arportal.mirror import store as rows
from arportal.mirror.models.rows import MirrorRow
from arportal.stores.models import Store

# Orders older than a year are hidden from the list unless a date is given.
SINCE_EVER = 1
OLDEST_FIRST = {"sort_by": "createdAt", "order_by": "ASC"}
LAST_CHANGED_FIRST = {"sort_by": "updatedAt", "order_by": "DESC"}


@dataclass(frozen=True, kw_only=True)
class Resource:
    """`page` and `read` ask the API, `save` writes to `model`.

    `born` is our column of the API's createdAt, by which the API can list oldest first; "" if it cannot: such
    a list is short and is scanned whole when a row has gone. `lately` lists what changed since a moment. Without
    the lists that are `is_main` no figure is right: `mishaps.py` says what becomes of a pass when one fails.
    """

    name: str
    model: type[MirrorRow]
    # Extra fields are asked for in every list: one by one, records always come with them.
    page: Callable[..., b2b.Page[Any]]
    read: Callable[[Any], Any]
    save: Callable[[Store, Any], int]
    api_id: Callable[[Any], int]
    is_main: bool = False
    born: str = "created_at"
    page_size: int = 250
    everything: Mapping[str, Any] = field(default_factory=lambda: OLDEST_FIRST)
    lately: Callable[[dt.datetime | None], Mapping[str, Any]] = lambda since: LAST_CHANGED_FIRST
    # What narrows `page` down narrows our rows down too.
    only: Mapping[str, Any] = field(default_factory=dict)
    # Whether `lately` comes last changed first, so that one may stop at what is known.
    is_sorted: bool = True

    def ours(self, store: Store) -> Any:
        return self.model._default_manager.filter(store=store, gone_at=None, **self.only)

    def key(self, item: Any) -> "Key":
        """Where an item of the API stands in its list, oldest first."""
        return item.created_at, self.api_id(item)


Key = tuple[dt.datetime | None, int]


def resources(client: b2b.Client) -> list[Resource]:
    """In the order in which they are read: who owes, what, and what was paid."""
    return [_companies(client), _buyers(client), _invoices(client), _orders(client), *_money(client)]


def invoices(client: b2b.Client) -> Resource:
    return _invoices(client)


def _companies(client: b2b.Client) -> Resource:
    return Resource(
        name="companies",
        is_main=True,
        model=models.Company,
        page=partial(client.companies.page, include_extra_fields=True),
        read=lambda row: client.companies.get(row.api_id),
        save=rows.save_companies,
        api_id=lambda company: company.company_id,
        born="",
        everything={"sort_by": "companyName", "order_by": "ASC"},
    )


def _buyers(client: b2b.Client) -> Resource:
    return Resource(
        name="buyers",
        model=models.Buyer,
        page=partial(client.users.page, include_extra_fields=True),
        read=lambda row: client.users.get(row.api_id),
        save=rows.save_buyers,
        api_id=lambda user: user.user_id,
        born="",
        everything={},
        lately=lambda since: {"min_modified": since} if since else {},
        is_sorted=False,
    )


def _invoices(client: b2b.Client) -> Resource:
    return Resource(
        name="invoices",
        is_main=True,
        model=models.Invoice,
        page=partial(client.invoices.page, include_extra_fields=True),
        read=lambda row: client.invoices.get(row.api_id),
        save=rows.save_invoices,
        api_id=lambda invoice: invoice.invoice_id,
        born="issued_at",
    )


def _orders(client: b2b.Client) -> Resource:
    return Resource(
        name="orders",
        model=models.Order,
        page=partial(client.orders.page, show_extra=True),
        read=lambda row: client.orders.get(row.api_id),
        save=rows.save_orders,
        api_id=lambda order: order.bc_order_id,
        page_size=200,
        everything={**OLDEST_FIRST, "min_created": SINCE_EVER},
        lately=lambda since: {**LAST_CHANGED_FIRST, "min_created": SINCE_EVER},
    )


def _money(client: b2b.Client) -> list[Resource]:
    return [
        Resource(
            name="payments",
            is_main=True,
            model=models.Payment,
            page=client.payments.page,
            read=lambda row: client.payments.get(row.api_id),
            save=rows.save_payments,
            api_id=lambda payment: payment.payment_id,
        ),
        Resource(
            name="receipts",
            model=models.Receipt,
            page=client.receipts.page,
            read=lambda row: client.receipts.get(row.api_id),
            save=rows.save_receipts,
            api_id=lambda receipt: receipt.receipt_id,
        ),
        Resource(
            name="receipt lines",
            model=models.ReceiptLine,
            page=client.receipts.page_lines,
            read=lambda row: client.receipts.get_line(row.receipt_id, row.api_id),
            save=rows.save_receipt_lines,
            api_id=lambda line: line.line_id,
        ),
    ]
