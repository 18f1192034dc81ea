"""Recording an order that has just been placed: its B2B record."""

from collections.abc import Mapping
from dataclasses import dataclass

from arportal.b2b import Client
from arportal.b2b.errors import NotFound
from arportal.mirror.api.refresh import refresh_order
from arportal.mirror.models import Buyer
from arportal.receivables.changes.draft import Content, Draft
from arportal.receivables.changes.execution import LookupResult
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import About, Verb
from arportal.receivables.models import Change
from arportal.receivables.orders.orders import NOBODY, OF_ONE_ORDER, buyer_of, has_fields, values_of
from arportal.stores.access import Permission


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
        ours = ours and has_fields(now, asked["extra_fields"])
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
