"""Orders: O1 to O7 of the contract. Every path here takes BigCommerce's order id."""

from typing import Any

from django.db.models import Q
from rest_framework.request import Request
from rest_framework.response import Response

from arportal.sandbox.models import Order
from arportal.sandbox.requests import lists, params, quirks, refusals
from arportal.sandbox.requests.bodies import fields
from arportal.sandbox.requests.endpoint import Endpoint, success
from arportal.sandbox.resources import order_products, order_shapes
from arportal.sandbox.rules import orders as rules

SORTS = {"updatedAt": "updated_at", "createdAt": "created_at"}
DATES = {
    "minModified": "updated_at__gte",
    "maxModified": "updated_at__lte",
    "minCreated": "created_at__gte",
    "maxCreated": "created_at__lte",
}
BOUNDS = DATES | {"companyId": "company_id", "bcOrderId": "bc_order_id"}


def find(bc_order_id: int, words: str = "Order Does Not Exist.") -> Order:
    order = rules.visible().filter(bc_order_id=bc_order_id).select_related("company").first()
    if order is None:
        raise refusals.plain(404, words)
    return order


def _whole(order: Order) -> Any:
    """One order is an object, or a list with one entry (contract X-8)."""
    shape = order_shapes.present_whole(order)
    return [shape] if quirks.on("order_data_as_array") else shape


class Orders(Endpoint):
    def get(self, request: Request) -> Response:
        rows = rules.visible().filter(**params.lookups(request, BOUNDS))
        if chosen := params.numbers(request, "channelIds"):
            rows = rows.filter(channel_id__in=chosen)
        if not params.lookups(request, DATES):
            since = rules.a_year_ago()  # rule 32
            rows = rows.filter(Q(created_at__gte=since) | Q(updated_at__gte=since))
        rows = lists.ordered(rows, request, SORTS, "updatedAt")
        is_extra = params.flag(request, "showExtra")
        shape = order_shapes.present_extra if is_extra else order_shapes.present_listed
        return lists.page(rows, request, shape, maximum=200)

    def post(self, request: Request) -> Response:
        return success(order_shapes.present(rules.record(fields(request))))


class OneOrder(Endpoint):
    def get(self, request: Request, bc_order_id: int) -> Response:
        return success(_whole(find(bc_order_id)))

    def put(self, request: Request, bc_order_id: int) -> Response:
        order = find(bc_order_id, refusals.NOT_FOUND)
        rules.update(order, fields(request))
        return success(_whole(order))


class OrderProducts(Endpoint):
    def get(self, request: Request, bc_order_id: int) -> Response:
        return success(order_products.present(find(bc_order_id, "The order does not exist.")))


class AssignToOwnCompany(Endpoint):
    def put(self, request: Request, customer_id: int) -> Response:
        return success({"total": rules.assign(customer_id)})


class AssignToCompany(Endpoint):
    def put(self, request: Request, customer_id: int) -> Response:
        return success({"total": rules.reassign(customer_id, fields(request))})
