"""Giving the orders that a person placed privately, or for another company, to their company."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from arportal.b2b import Client
from arportal.mirror.api.refresh import refresh_orders_of
from arportal.mirror.models import Buyer
from arportal.receivables.changes.draft import Content, Draft
from arportal.receivables.changes.errors import Conflict
from arportal.receivables.changes.execution import Handler, LookupResult
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import About, Verb
from arportal.receivables.models import Change
from arportal.receivables.orders.orders import NOBODY, buyer_of
from arportal.stores.access import Permission
from arportal.stores.models import Membership

GIVING = frozenset({Change.Verb.CONVERT_ORDERS, Change.Verb.REASSIGN_ORDERS})
# The store's clock need not agree with ours.
SLACK = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Belonging:
    """The place of a person's orders as somebody was shown them: the person's company, and the id of the Change
    that last gave orders of theirs away; "" when there is none."""

    company_id: int
    last_given: str


def belonging(actor: Membership, buyer: Buyer) -> Belonging:
    given = Change.objects.filter(store=actor.store, verb__in=GIVING, target_id=buyer.customer_id)
    last = given.exclude(state=Change.State.REFUSED).order_by("-asked_at", "pk").first()
    return Belonging(buyer.company_id or NOBODY, str(last.pk) if last else "")


def _check_still_theirs(change: Change) -> None:
    """It may have waited for hours. Raises Conflict when the person buys for another company by now."""
    buyers = Buyer.objects.filter(store=change.store, customer_id=change.target_id, gone_at=None)
    if change.is_deferred and not buyers.filter(company_id=change.company_id or None).exists():
        raise Conflict(
            _("The buyer has a different company now than when this was requested; nothing was assigned.")
        )


def _note(change: Change, orders: int) -> None:
    """Writes down how many orders were given, which only this answer tells."""
    change.after = {"orders": orders}
    change.save(update_fields=["after"])


class _Giving:
    """Sent twice, it finds nothing left to give: there is nothing to look up, and no harm in sending again."""

    def look_up(self, client: Client, change: Change) -> LookupResult:
        return LookupResult(LookupOutcome.NOT_DONE)

    def read_back(self, change: Change) -> None:
        refresh_orders_of(change.store, change.company_id, since=change.asked_at - SLACK)


class _Converting(_Giving):
    def send(self, client: Client, change: Change) -> int:
        _check_still_theirs(change)
        customer_id: int = change.payload["customer_id"]
        _note(change, client.orders.assign_to_company(customer_id))
        return customer_id


class _Reassigning(_Giving):
    def send(self, client: Client, change: Change) -> int:
        _check_still_theirs(change)
        customer_id: int = change.payload["customer_id"]
        group_id = change.payload["group_id"]
        _note(change, client.orders.assign_to_group(customer_id, group_id))
        return customer_id


@dataclass(kw_only=True)
class ConvertOrders(Verb[Buyer]):
    """Gives the orders a person placed before they had a company to that company
    (PUT /customers/{customerId}/orders/b2b).

    `customer_id` is a BigCommerce customer who buys for a company; Invalid names it, or "".
    """

    name = Change.Verb.CONVERT_ORDERS
    about = About.COMPANY
    handler: ClassVar[Handler] = _Converting()
    excludes = GIVING

    customer_id: int
    seen: Belonging

    def permission(self, row: Buyer | None = None) -> Permission:
        return Permission.EDIT_ORDER

    def content(self) -> Content:
        return {"target_id": self.customer_id, "payload": {"customer_id": self.customer_id}}

    def row(self) -> Buyer:
        return buyer_of(self.actor, self.customer_id)

    def company_of(self, row: Buyer) -> int:
        return row.company_id or NOBODY

    def check(self, row: Buyer) -> None:
        # The API tells of no state to compare: what we know of the person and of our own changes has to do.
        now = belonging(self.actor, row)
        if now != self.seen:
            words = _("Somebody has assigned this buyer's orders since this was shown. Check again.")
            raise Conflict(words, seen=self.seen, now=now)

    def draft(self, row: Buyer) -> Draft:
        # Until the store tells how many orders were given.
        after = {"buyer": str(row)} | self.content()["payload"]
        return Draft(company_id=self.company_of(row), after=after)


@dataclass(kw_only=True)
class ReassignOrders(ConvertOrders):
    """Gives all orders of a person to the company of a customer group
    (PUT /customers/{customerId}/orders/company): for stores with the older, dependent companies only."""

    name = Change.Verb.REASSIGN_ORDERS
    handler = _Reassigning()

    group_id: int

    def content(self) -> Content:
        payload = {"customer_id": self.customer_id, "group_id": self.group_id}
        return {"target_id": self.customer_id, "payload": payload}
