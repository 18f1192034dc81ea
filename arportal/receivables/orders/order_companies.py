"""Giving the orders that a person placed privately, or for another company, to their company."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from arportal.mirror.api.connections import client_for
from arportal.mirror.api.refresh import refresh_orders_of
from arportal.mirror.models import Buyer
from arportal.receivables.changes import changes
from arportal.receivables.changes.changes import Finding, Stale
from arportal.receivables.changes.deciding import Fate
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.excluding import check_free
from arportal.receivables.models import Change
from arportal.receivables.orders.orders import NOBODY, buyer_of
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership

Verb = Change.Verb
GIVING = (Verb.CONVERT_ORDERS, Verb.REASSIGN_ORDERS)
# The store's clock need not agree with ours.
SLACK = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Belonging:
    """Where a person's orders stood as somebody was shown them: the person's company, and the id of the Change
    that last gave orders of theirs away; "" when there is none."""

    company_id: int
    last_given: str


def belonging(actor: Membership, buyer: Buyer) -> Belonging:
    given = Change.objects.filter(store=actor.store, verb__in=GIVING, target_id=buyer.customer_id)
    last = given.exclude(state=Change.State.REFUSED).order_by("-asked_at", "pk").first()
    return Belonging(buyer.company_id or NOBODY, str(last.pk) if last else "")


def convert_orders(actor: Membership, change_id: uuid.UUID, customer_id: int, *, seen: Belonging) -> Change:
    """Gives the orders a person placed before they had a company to that company
    (PUT /customers/{customerId}/orders/b2b).

    `customer_id` is a BigCommerce customer who buys for a company. Raises NotAllowed; Invalid (`customer_id`, ""),
    also when somebody else has given orders of theirs away since it was `seen`, or is doing so.
    """
    return _give(actor, change_id, Verb.CONVERT_ORDERS, customer_id, {}, seen)


def reassign_orders(
    actor: Membership, change_id: uuid.UUID, customer_id: int, group_id: int, *, seen: Belonging
) -> Change:
    """Gives all orders of a person to the company of a customer group
    (PUT /customers/{customerId}/orders/company): for stores with the older, dependent companies only.

    Raises as `convert_orders` does.
    """
    return _give(actor, change_id, Verb.REASSIGN_ORDERS, customer_id, {"group_id": group_id}, seen)


def _give(
    actor: Membership,
    change_id: uuid.UUID,
    verb: Change.Verb,
    customer_id: int,
    more: dict[str, Any],
    seen: Belonging,
) -> Change:
    buyer = buyer_of(actor, customer_id)
    company_id = buyer.company_id or NOBODY
    require(actor, Permission.EDIT_ORDER, company_id=buyer.company_id)
    asked: dict[str, Any] = {
        "company_id": company_id,
        "target_id": customer_id,
        "payload": {"customer_id": customer_id, "buyer": str(buyer), **more},
    }
    with transaction.atomic():
        changes.lock_company(actor.store_id, company_id)
        change = changes.existing(actor, change_id, verb, **asked)
        if change is None:
            check_free(actor.store, customer_id, GIVING)
            _check_as_seen(actor, buyer, seen)
            change = changes.ask(actor, change_id, verb, **asked)
    return changes.carry_out(change)


def _check_as_seen(actor: Membership, buyer: Buyer, seen: Belonging) -> None:
    """The API tells of no state to compare: what we know of the person and of our own changes has to do."""
    if belonging(actor, buyer) != seen:
        raise Invalid(
            {"": [_("Somebody has assigned this buyer's orders since this was shown. Check again.")]}
        )


class _Giving:
    """Sent twice, it finds nothing left to give: there is nothing to look up, and no harm in sending again."""

    def look_up(self, change: Change) -> Finding:
        return Finding(Fate.NOT_DONE)

    def mirror(self, change: Change) -> None:
        refresh_orders_of(change.store, change.company_id, since=change.asked_at - SLACK)


class _Converting(_Giving):
    def send(self, change: Change) -> int:
        _check_still_theirs(change)
        customer_id: int = change.payload["customer_id"]
        _note(change, client_for(change.store).orders.assign_to_company(customer_id))
        return customer_id


class _Reassigning(_Giving):
    def send(self, change: Change) -> int:
        _check_still_theirs(change)
        customer_id: int = change.payload["customer_id"]
        group_id = change.payload["group_id"]
        _note(change, client_for(change.store).orders.assign_to_group(customer_id, group_id))
        return customer_id


def _check_still_theirs(change: Change) -> None:
    """It may have waited for hours. Raises Stale when the person buys for another company by now."""
    buyers = Buyer.objects.filter(store=change.store, customer_id=change.target_id, gone_at=None)
    if change.is_deferred and not buyers.filter(company_id=change.company_id or None).exists():
        raise Stale(
            _("The buyer has a different company now than when this was requested; nothing was assigned.")
        )


def _note(change: Change, orders: int) -> None:
    """How many orders were given, which only this answer tells."""
    change.after = {"orders": orders}
    change.save(update_fields=["after"])


changes.carriers[Verb.CONVERT_ORDERS] = _Converting()
changes.carriers[Verb.REASSIGN_ORDERS] = _Reassigning()
