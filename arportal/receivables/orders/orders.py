"""What the verbs about an order share: who bought it, what of it may change, and how it is now."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from arportal import b2b
from arportal.mirror.api.refresh import refresh_order
from arportal.mirror.models import Buyer, Order
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change
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


def has_fields(now: Mapping[str, Any], extra_fields: Mapping[str, str]) -> bool:
    return all(now["extra_fields"].get(name, "") == value for name, value in extra_fields.items())
