"""Orders: their PO number and extra fields, and the B2B record of an order that has just been placed."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from arportal import b2b
from arportal.b2b import Client
from arportal.b2b.errors import NotFound
from arportal.mirror.api.refresh import refresh_order
from arportal.mirror.models import Buyer, Order
from arportal.receivables.changes.draft import Content, Draft
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.execution import LookupResult
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import About, Verb
from arportal.receivables.models import Change
from arportal.stores.access import Permission
from arportal.stores.models import Membership

# The company of an order that has none: guests and private customers.
NOBODY = 0
# While one of these is under way, nobody can say what an order will be when the next one reaches it.
OF_ONE_ORDER = frozenset({Change.Verb.EDIT_ORDER, Change.Verb.RECORD_ORDER})


def buyer_of(actor: Membership, customer_id: int) -> Buyer:
    """The person who buys for a company under this BigCommerce customer id. Raises Invalid."""
    buyer = Buyer.objects.visible_to(actor).filter(customer_id=customer_id).first()
    if buyer is None:
        raise Invalid({"customer_id": [_("No buyer of a company has this customer ID.")]})
    return buyer


def values_of(order: Order | b2b.Order) -> dict[str, Any]:
    """The parts that `EditOrder` may change, as the order has them: `po_number`, and `extra_fields` by name."""
    fields = order.raw.get("extraFields") or []
    return {
        "po_number": order.po_number,
        "extra_fields": {str(each["fieldName"]): str(each["fieldValue"]) for each in fields},
    }


def read_afresh(actor: Membership, shown: Order) -> Order:
    """The order as the store has it. Raises B2BError; Invalid when it is gone."""
    order = refresh_order(actor.store, shown.api_id)
    if order is None:
        raise Invalid({"": [_("The store no longer has this order.")]})
    return order


def _agree(now: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return bool(now["po_number"] == wanted["po_number"]) and _has(now, wanted["extra_fields"])


def _has(now: Mapping[str, Any], extra_fields: Mapping[str, str]) -> bool:
    return all(now["extra_fields"].get(name, "") == value for name, value in extra_fields.items())


class _Editing:
    def send(self, client: Client, change: Change) -> int:
        asked = change.payload
        fields = asked["extra_fields"] or None
        order_id, orders = change.target, client.orders
        # The API has no condition on a PUT: this look is as close to it as we can get.
        if values_of(orders.get(order_id)) != change.before:
            raise Conflict(_("The order has changed since it was shown; it was left as it is."))
        orders.update(order_id, po_number=asked["po_number"], extra_fields=fields)
        return order_id

    def look_up(self, client: Client, change: Change) -> LookupResult:
        now = values_of(client.orders.get(change.target))
        if _agree(now, change.after):
            return LookupResult(LookupOutcome.DONE, change.target)
        return LookupResult(LookupOutcome.NOT_DONE if _agree(now, change.before) else LookupOutcome.OVERTAKEN)

    def read_back(self, change: Change) -> None:
        refresh_order(change.store, change.target)


@dataclass(kw_only=True)
class EditOrder(Verb[Order]):
    """Changes an order's PO number and extra fields (PUT /orders/{bcOrderId}). `shown_at` is the order's
    updated_at as the person saw it."""

    name = Change.Verb.EDIT_ORDER
    about = About.ORDER
    handler = _Editing()
    excludes = OF_ONE_ORDER

    order_id: int
    po_number: str
    extra_fields: Mapping[str, str]
    shown_at: dt.datetime | None

    def permission(self, row: Order | None = None) -> Permission:
        return Permission.EDIT_ORDER

    def content(self) -> Content:
        return {"target_id": self.order_id, "payload": self._wanted()}

    def row(self) -> Order:
        return Order.objects.visible_to(self.actor).get(api_id=self.order_id)

    def company_of(self, row: Order) -> int:
        return row.company_id or NOBODY

    def read(self, row: Order) -> Order:
        return read_afresh(self.actor, row)

    def check(self, row: Order) -> None:
        if row.updated_at != self.shown_at:
            words = _("The order has changed since it was shown. Look at it, then save again.")
            raise Conflict(words, seen=self.shown_at, now=row.updated_at)

    def draft(self, row: Order) -> Draft:
        return Draft(company_id=self.company_of(row), before=values_of(row), after=self._wanted())

    def _wanted(self) -> dict[str, Any]:
        return {"po_number": self.po_number, "extra_fields": dict(self.extra_fields)}


class _Recording:
    def send(self, client: Client, change: Change) -> int:
        asked = change.payload
        made = client.orders.create(
            bc_order_id=change.target,
            customer_id=asked["customer_id"],
            po_number=asked["po_number"] or None,
            extra_fields=asked["extra_fields"] or None,
        )
        return made.bc_order_id

    def look_up(self, client: Client, change: Change) -> LookupResult:
        try:
            order = client.orders.get(change.target)
        except NotFound:
            return LookupResult(LookupOutcome.NOT_DONE)
        # B2B Edition makes the record by itself soon after; only what we wrote on it tells which it is.
        now, asked = values_of(order), change.payload
        ours = not asked["po_number"] or now["po_number"] == asked["po_number"]
        ours = ours and _has(now, asked["extra_fields"])
        return LookupResult(LookupOutcome.DONE if ours else LookupOutcome.OVERTAKEN, order.bc_order_id)

    def read_back(self, change: Change) -> None:
        refresh_order(change.store, change.target)


@dataclass(kw_only=True)
class RecordOrder(Verb[Buyer]):
    """Creates the B2B record of an order (POST /orders), which the API takes in its first ten seconds only.

    `customer_id` is a BigCommerce customer who buys for a company; Invalid names it, or "".
    """

    name = Change.Verb.RECORD_ORDER
    about = About.ORDER
    handler = _Recording()
    excludes = OF_ONE_ORDER

    order_id: int
    customer_id: int
    po_number: str
    extra_fields: Mapping[str, str]

    def permission(self, row: Buyer | None = None) -> Permission:
        return Permission.EDIT_ORDER

    def content(self) -> Content:
        payload = {
            "customer_id": self.customer_id,
            "po_number": self.po_number,
            "extra_fields": dict(self.extra_fields),
        }
        return {"target_id": self.order_id, "payload": payload}

    def row(self) -> Buyer:
        return buyer_of(self.actor, self.customer_id)

    def company_of(self, row: Buyer) -> int:
        return row.company_id or NOBODY

    def draft(self, row: Buyer) -> Draft:
        return Draft(company_id=self.company_of(row))
