"""Order records (rules 32-34): they appear by themselves ten seconds after the order, or earlier when asked for."""

from typing import Any

from django.db.models import Q, QuerySet

from arportal.sandbox.models import Company, ExtraField, Order, User
from arportal.sandbox.requests import clock, params, quirks, refusals
from arportal.sandbox.rules.invoice_bodies import extra_fields

GRACE = 10  # seconds
YEAR = 365 * 86_400


def a_year_ago() -> int:
    return clock.seconds() - YEAR


def visible() -> QuerySet[Order]:
    return Order.objects.filter(Q(recorded=True) | Q(created_at__lte=clock.seconds() - GRACE))


def record(body: dict[str, Any]) -> Order:
    """POST /orders: only within the grace, and only once."""
    number = params.whole(body.get("bcOrderId"))
    customer_id = params.whole(body.get("customerId"))
    if number is None or customer_id is None:
        raise refusals.plain(422, "bcOrderId and customerId are required.")
    # What is visible has been recorded, on request or by itself.
    order = Order.objects.filter(bc_order_id=number).exclude(pk__in=visible()).first()
    if order is None:
        raise refusals.plain(400, "The order already exists.")
    buyer = User.objects.select_related("company").filter(bc_customer_id=customer_id).first()
    order.recorded = True
    order.bc_customer_id = customer_id
    order.company = buyer.company if buyer else None
    _change(order, body)
    return order


def update(order: Order, body: dict[str, Any]) -> None:
    if body.get("poNumber") is None and body.get("extraFields") is None:
        words = "At least one of poNumber and extraFields is required"
        raise refusals.worded(422, words, words)
    if quirks.on("required_order_fields"):
        given = {field.get("fieldName") for field in body.get("extraFields") or [] if isinstance(field, dict)}
        for field in ExtraField.objects.filter(noun="order", is_required=True):
            if field.name not in given:
                words = f"[{field.name}] is a required extra field"
                raise refusals.worded(422, words, words)
    _change(order, body)


def _change(order: Order, body: dict[str, Any]) -> None:
    if body.get("poNumber") is not None:
        order.po_number = str(body["poNumber"])
    order.extra_fields = extra_fields(order.extra_fields, body.get("extraFields"))
    order.touch()


def _user(customer_id: int, words: str) -> User:
    user = User.objects.select_related("company").filter(bc_customer_id=customer_id).first()
    if user is None:
        raise refusals.plain(404, words)
    return user


def assign(customer_id: int) -> int:
    """The customer's orders without a company go to the customer's own company."""
    user = _user(customer_id, "User does not exist or action not support for this user.")
    rows = Order.objects.filter(bc_customer_id=customer_id, company=None)
    return rows.update(company=user.company, updated_at=clock.seconds())


def reassign(customer_id: int, body: dict[str, Any]) -> int:
    """All of the customer's orders go to the company of a customer group."""
    words = "User does not exist or action not supported for this user"
    user = _user(customer_id, words)
    group_id = params.whole(body.get("bcGroupId"))
    if group_id is None:
        raise refusals.by_field({"bcGroupId": [refusals.REQUIRED]})
    company = Company.objects.filter(group_id=group_id).first()
    if company is None:
        raise refusals.plain(404, words)
    return Order.objects.filter(bc_customer_id=user.bc_customer_id).update(
        company=company, updated_at=clock.seconds()
    )
