"""Orders of the store, as B2B Edition keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypedDict, Unpack

from arportal.b2b.errors import InvalidRequest
from arportal.b2b.extra_fields import WithExtraFields
from arportal.b2b.http.address import path_id
from arportal.b2b.http.paging import Listing, Page
from arportal.b2b.http.resources import ORDER_BY, Names, digits, each, field_values, one_of, spelled
from arportal.b2b.records.order import Order, OrderProduct
from arportal.b2b.values.times import unix


class OrderQuery(TypedDict, total=False):
    """Filters of the order list. Without a date the API hides orders untouched for a year."""

    company_id: int | None
    bc_order_id: int | None
    min_created: datetime | int | None
    max_created: datetime | int | None
    min_modified: datetime | int | None
    max_modified: datetime | int | None
    channel_ids: Iterable[int] | None
    show_extra: bool | None
    sort_by: str | None
    order_by: str | None


_NAMES: Names = {
    "company_id": ("companyId", digits),
    "bc_order_id": ("bcOrderId", digits),
    "min_created": ("minCreated", unix),
    "max_created": ("maxCreated", unix),
    "min_modified": ("minModified", unix),
    "max_modified": ("maxModified", unix),
    "channel_ids": ("channelIds[]", each),
    "show_extra": ("showExtra", lambda value: "true" if value else "false"),
    "sort_by": ("sortBy", one_of("updatedAt", "createdAt")),
    "order_by": ORDER_BY,
}
_FIELDS: Names = {
    "bc_order_id": ("bcOrderId", int),
    "customer_id": ("customerId", int),
    "po_number": ("poNumber", str),
    "extra_fields": ("extraFields", field_values),
}
_PATH = "/orders"


class Orders(WithExtraFields):
    """`/orders`: every path takes BigCommerce's order id. Orders of guests and private customers are here too."""

    longest_page = 200
    extra_fields_path = f"{_PATH}/extra-fields"

    def list(self, *, page_size: int = 200, **query: Unpack[OrderQuery]) -> Listing[Order]:
        """GET /orders, all pages; orders of another company or id than asked are dropped."""
        company_id, bc_order_id = query.get("company_id"), query.get("bc_order_id")
        return self._listing(
            _PATH,
            Order.parse,
            key=lambda order: order.order_id,
            page_size=page_size,
            query=_spelled(query),
            keep=lambda order: (
                company_id in (None, order.company_id) and bc_order_id in (None, order.bc_order_id)
            ),
        )

    def page(self, *, offset: int = 0, limit: int = 200, **query: Unpack[OrderQuery]) -> Page[Order]:
        """GET /orders, one page of at most 200."""
        return self._page(_PATH, Order.parse, offset, limit, _spelled(query))

    def get(self, bc_order_id: int) -> Order:
        """GET /orders/{bcOrderId}, with what is known of its invoice. Errors: NotFound."""
        return self._transport.get(f"{_PATH}/{path_id(bc_order_id)}").one(Order.parse)

    def create(
        self,
        *,
        bc_order_id: int,
        customer_id: int,
        po_number: str | None = None,
        extra_fields: Mapping[str, str] | None = None,
    ) -> Order:
        """POST /orders: the B2B record of a BigCommerce order less than ten seconds old.

        `customer_id` is a BigCommerce customer (a person). Errors: Refused (older, or recorded), Ambiguous.
        """
        fields = {
            "bc_order_id": bc_order_id,
            "customer_id": customer_id,
            "po_number": po_number,
            "extra_fields": extra_fields,
        }
        return self._transport.send("POST", _PATH, spelled(fields, _FIELDS)).one(Order.parse)

    def update(
        self, bc_order_id: int, *, po_number: str | None = None, extra_fields: Mapping[str, str] | None = None
    ) -> Order:
        """PUT /orders/{bcOrderId}. A store's required extra fields must be given. Errors: NotFound, Refused."""
        body = spelled({"po_number": po_number, "extra_fields": extra_fields}, _FIELDS)
        if not body:
            raise InvalidRequest("name a PO number or extra fields")
        return self._transport.send("PUT", f"{_PATH}/{path_id(bc_order_id)}", body).one(Order.parse)

    def products(self, bc_order_id: int) -> tuple[OrderProduct, ...]:
        """GET /orders/{bcOrderId}/products: what was ordered, without prices. Errors: NotFound."""
        return self._transport.get(f"{_PATH}/{path_id(bc_order_id)}/products").many(OrderProduct.parse)

    def assign_to_company(self, customer_id: int) -> int:
        """PUT /customers/{customerId}/orders/b2b: give a person's own orders to their company; how many.

        `customer_id` is a BigCommerce customer. Errors: NotFound.
        """
        path = f"/customers/{path_id(customer_id)}/orders/b2b"
        return self._transport.send("PUT", path, {}).identifier("total")

    def assign_to_group(self, customer_id: int, group_id: int) -> int:
        """PUT /customers/{customerId}/orders/company: the same by customer group; how many.

        For stores with the legacy behaviour of dependent companies only. Errors: NotFound.
        """
        path = f"/customers/{path_id(customer_id)}/orders/company"
        return self._transport.send("PUT", path, {"bcGroupId": int(group_id)}).identifier("total")


def _spelled(query: OrderQuery) -> dict[str, Any]:
    return spelled({"sort_by": "updatedAt", "order_by": "DESC", **query}, _NAMES)
