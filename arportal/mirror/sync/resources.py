"""The long lists of the API, one class each: how a list is asked for, and where its rows are kept."""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

from arportal import b2b
from arportal.mirror import models
from arportal.mirror import store as rows
from arportal.mirror.models.rows import MirrorRow
from arportal.stores.models import Store

# Orders older than a year are hidden from the list unless a date is given.
SINCE_EVER = 1
OLDEST_FIRST: Mapping[str, Any] = {"sort_by": "createdAt", "order_by": "ASC"}
LAST_CHANGED_FIRST: Mapping[str, Any] = {"sort_by": "updatedAt", "order_by": "DESC"}
# The place of an item in its list, oldest first: createdAt and id.
Key = tuple[dt.datetime | None, int]


class Resource(ABC):
    """One list of the API by one client, and the table that mirrors it.

    `born` is our column of the API's createdAt, by which the API can list oldest first; "" if it cannot: such
    a list is short and is read whole when a row has gone. Without the lists that are `is_main` no figure is
    right: `mishaps.py` says what becomes of a pass when one fails.
    """

    name: str
    model: type[MirrorRow]
    save: Callable[[Store, Any], int]
    # The name of an item's id; our rows call it `api_id`.
    item_id: str
    is_main = False
    born = "created_at"
    page_size = 250
    # The query that lists everything.
    everything = OLDEST_FIRST
    # True if `lately` comes last changed first, so that one may stop at what is known.
    is_sorted = True

    def __init__(self, client: b2b.Client) -> None:
        self.client = client

    @abstractmethod
    def page(self, **query: Any) -> b2b.Page[Any]:
        """A page of the list, with extra fields: these come only when they are asked for."""

    @abstractmethod
    def read(self, row: Any) -> Any:
        """The record of one of our rows, asked for by its id."""

    def lately(self, since: dt.datetime | None) -> Mapping[str, Any]:
        """The query that lists the changes since a moment, and maybe more."""
        return LAST_CHANGED_FIRST

    def ours(self, store: Store) -> Any:
        """Our rows of what `page` lists."""
        return self.model._default_manager.filter(store=store, gone_at=None)

    def first(self) -> b2b.Page[Any]:
        """One item of the list. It tells how many there are, and that the list can be read at all."""
        return self.page(offset=0, limit=1, **self.everything)

    def api_id(self, item: Any) -> int:
        api_id: int = getattr(item, self.item_id)
        return api_id

    def key(self, item: Any) -> Key:
        return item.created_at, self.api_id(item)


class Companies(Resource):
    name = "companies"
    is_main = True
    model = models.Company
    save = staticmethod(rows.save_companies)
    item_id = "company_id"
    born = ""
    everything: Mapping[str, Any] = {"sort_by": "companyName", "order_by": "ASC"}

    def page(self, **query: Any) -> b2b.Page[b2b.Company]:
        return self.client.companies.page(include_extra_fields=True, **query)

    def read(self, row: models.Company) -> b2b.Company:
        return self.client.companies.get(row.api_id)


class Buyers(Resource):
    name = "buyers"
    model = models.Buyer
    save = staticmethod(rows.save_buyers)
    item_id = "user_id"
    born = ""
    everything: Mapping[str, Any] = {}
    is_sorted = False

    def page(self, **query: Any) -> b2b.Page[b2b.User]:
        return self.client.users.page(include_extra_fields=True, **query)

    def read(self, row: models.Buyer) -> b2b.User:
        return self.client.users.get(row.api_id)

    def lately(self, since: dt.datetime | None) -> Mapping[str, Any]:
        return {"min_modified": since} if since else {}


class Invoices(Resource):
    name = "invoices"
    is_main = True
    model = models.Invoice
    save = staticmethod(rows.save_invoices)
    item_id = "invoice_id"
    born = "issued_at"

    def page(self, **query: Any) -> b2b.Page[b2b.Invoice]:
        return self.client.invoices.page(include_extra_fields=True, **query)

    def read(self, row: models.Invoice) -> b2b.Invoice:
        return self.client.invoices.get(row.api_id)


class Orders(Resource):
    name = "orders"
    model = models.Order
    save = staticmethod(rows.save_orders)
    item_id = "bc_order_id"
    page_size = 200

    def page(self, **query: Any) -> b2b.Page[b2b.Order]:
        return self.client.orders.page(show_extra=True, min_created=SINCE_EVER, **query)

    def read(self, row: models.Order) -> b2b.Order:
        return self.client.orders.get(row.api_id)


class Payments(Resource):
    name = "payments"
    is_main = True
    model = models.Payment
    save = staticmethod(rows.save_payments)
    item_id = "payment_id"

    def page(self, **query: Any) -> b2b.Page[b2b.Payment]:
        return self.client.payments.page(**query)

    def read(self, row: models.Payment) -> b2b.Payment:
        return self.client.payments.get(row.api_id)


class Receipts(Resource):
    name = "receipts"
    model = models.Receipt
    save = staticmethod(rows.save_receipts)
    item_id = "receipt_id"

    def page(self, **query: Any) -> b2b.Page[b2b.Receipt]:
        return self.client.receipts.page(**query)

    def read(self, row: models.Receipt) -> b2b.Receipt:
        return self.client.receipts.get(row.api_id)


class ReceiptLines(Resource):
    name = "receipt lines"
    model = models.ReceiptLine
    save = staticmethod(rows.save_receipt_lines)
    item_id = "line_id"

    def page(self, **query: Any) -> b2b.Page[b2b.ReceiptLine]:
        return self.client.receipts.page_lines(**query)

    def read(self, row: models.ReceiptLine) -> b2b.ReceiptLine:
        return self.client.receipts.get_line(row.receipt_id, row.api_id)


# In the order in which they are read: payments before the invoices whose balances they move, so that what moved a
# balance is known when it is seen to have moved.
RESOURCES: tuple[type[Resource], ...] = (
    Companies,
    Buyers,
    Payments,
    Invoices,
    Orders,
    Receipts,
    ReceiptLines,
)
