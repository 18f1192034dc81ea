"""Changing an order: its PO number and extra fields."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from arportal.b2b import Client
from arportal.mirror.api.refresh import refresh_order
from arportal.mirror.models import Order
from arportal.receivables.changes.draft import Content, Draft
from arportal.receivables.changes.errors import Conflict
from arportal.receivables.changes.execution import LookupResult
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import About, Verb
from arportal.receivables.models import Change
from arportal.receivables.orders.orders import NOBODY, OF_ONE_ORDER, has_fields, read_afresh, values_of
from arportal.stores.access import Permission


def _agree(now: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return bool(now["po_number"] == wanted["po_number"]) and has_fields(now, wanted["extra_fields"])


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
