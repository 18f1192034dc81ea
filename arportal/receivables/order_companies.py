"""Giving the orders that a person placed privately, or for another company, to their company."""

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from arportal.mirror.connections import client_for
from arportal.mirror.refresh import refresh_orders_of
from arportal.receivables import changes
from arportal.receivables.changes import Finding
from arportal.receivables.deciding import Fate
from arportal.receivables.models import Change
from arportal.receivables.orders import NOBODY, buyer_of
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership

Verb = Change.Verb
# The store's clock need not agree with ours.
SLACK = dt.timedelta(minutes=10)


def convert_orders(actor: Membership, change_id: uuid.UUID, customer_id: int) -> Change:
    """Gives the orders a person placed before they had a company to that company
    (PUT /customers/{customerId}/orders/b2b).

    `customer_id` is a BigCommerce customer who buys for a company. Raises NotAllowed, Invalid (`customer_id`).
    """
    return _give(actor, change_id, Verb.CONVERT_ORDERS, customer_id, {})


def reassign_orders(actor: Membership, change_id: uuid.UUID, customer_id: int, group_id: int) -> Change:
    """Gives all orders of a person to the company of a customer group
    (PUT /customers/{customerId}/orders/company): for stores with the older, dependent companies only.

    Raises NotAllowed, Invalid (`customer_id`).
    """
    return _give(actor, change_id, Verb.REASSIGN_ORDERS, customer_id, {"group_id": group_id})


def _give(
    actor: Membership, change_id: uuid.UUID, verb: Change.Verb, customer_id: int, more: dict[str, Any]
) -> Change:
    buyer = buyer_of(actor, customer_id)
    company_id = buyer.company_id or NOBODY
    require(actor, Permission.EDIT_ORDER, company_id=buyer.company_id)
    asked: dict[str, Any] = {
        "company_id": company_id,
        "payload": {"customer_id": customer_id, "buyer": str(buyer), **more},
    }
    with transaction.atomic():
        changes.lock_company(actor.store_id, company_id)
        change = changes.existing(actor, change_id, verb, **asked) or changes.ask(
            actor, change_id, verb, **asked
        )
    return changes.carry_out(change)


class _Giving:
    """Sent twice, it finds nothing left to give: there is nothing to look up, and no harm in sending again."""

    def look_up(self, change: Change) -> Finding:
        return Finding(Fate.NOT_DONE)

    def mirror(self, change: Change) -> None:
        refresh_orders_of(change.store, change.company_id, since=change.asked_at - SLACK)


class _Converting(_Giving):
    def send(self, change: Change) -> int:
        customer_id: int = change.payload["customer_id"]
        _note(change, client_for(change.store).orders.assign_to_company(customer_id))
        return customer_id


class _Reassigning(_Giving):
    def send(self, change: Change) -> int:
        customer_id: int = change.payload["customer_id"]
        group_id = change.payload["group_id"]
        _note(change, client_for(change.store).orders.assign_to_group(customer_id, group_id))
        return customer_id


def _note(change: Change, orders: int) -> None:
    """How many orders were given, which only this answer tells."""
    change.after = {"orders": orders}
    change.save(update_fields=["after"])


changes.carriers[Verb.CONVERT_ORDERS] = _Converting()
changes.carriers[Verb.REASSIGN_ORDERS] = _Reassigning()
