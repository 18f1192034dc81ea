"""Writes about orders."""

import datetime as dt
from typing import Any, ClassVar

from arportal.mirror.models import Buyer
from arportal.receivables.changes.verb import Verb
from arportal.receivables.orders.convert_orders import Belonging, ConvertOrders, ReassignOrders
from arportal.receivables.orders.edit_order import EditOrder
from arportal.receivables.orders.record_order import RecordOrder
from arportal.rest.writes.forms import ApiId, Texts, VerbForm, Words, WriteRequest


class EditOrderForm(VerbForm):
    """Changes an order's PO number and extra fields."""

    verb = EditOrder
    kind = "order"
    of = "order_id"
    example: ClassVar = {"order_id": 120, "po_number": "PO 77", "extra_fields": {}}

    order_id = ApiId()
    po_number = Words()
    extra_fields = Texts(default=dict)

    def build(self, request: WriteRequest) -> Verb[Any]:
        shown_at = self.seen(request)["updated_at"]
        return EditOrder(
            actor=request.actor,
            change_id=request.change_id,
            shown_at=dt.datetime.fromisoformat(shown_at) if shown_at else None,
            **self.values,
        )


class RecordOrderForm(VerbForm):
    """Creates the B2B record of an order, which the store takes in its first ten seconds only."""

    verb = RecordOrder
    example: ClassVar = {"order_id": 121, "customer_id": 31, "po_number": "PO 78"}

    order_id = ApiId()
    customer_id = ApiId()
    po_number = Words(default="")
    extra_fields = Texts(default=dict)


class OfBuyerForm(VerbForm):
    """The form of a verb about all orders of a buyer, whose ETag has to come."""

    kind = "buyer"
    of = "customer_id"

    customer_id = ApiId()

    def seen(self, request: WriteRequest) -> Any:
        buyers = Buyer.objects.visible_to(request.actor)
        buyer = buyers.filter(customer_id=self.values["customer_id"]).order_by("api_id").first()
        if buyer is None:
            raise Buyer.DoesNotExist
        return Belonging(**request.seen(self.kind, buyer.api_id)["belonging"])


class ConvertOrdersForm(OfBuyerForm):
    """Gives the orders that a buyer placed before they had a company to that company."""

    verb = ConvertOrders
    example: ClassVar = {"customer_id": 31}


class ReassignOrdersForm(OfBuyerForm):
    """Gives all orders of a buyer to the company of a customer group: for older stores only."""

    verb = ReassignOrders
    example: ClassVar = {"customer_id": 31, "group_id": 4}

    group_id = ApiId()


FORMS = (EditOrderForm, RecordOrderForm, ConvertOrdersForm, ReassignOrdersForm)
