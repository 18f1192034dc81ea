"""Approval limits: above them a change needs a second person. They are the store's, one a currency; at first none."""

from decimal import Decimal

from arportal.receivables.models import Change
from arportal.stores.models import Store


def first_state(store: Store, amount: Decimal | None, currency: str) -> Change.State:
    """WAITING for what moves more money than the store lets one person move alone, else ASKED.

    Where a store has limits, a currency without one of its own always needs a second person: amounts of
    different currencies cannot be compared.
    """
    if amount is None or not store.approval_limits:
        return Change.State.ASKED
    limit = store.approval_limits.get(currency)
    alone = limit is not None and abs(amount) <= Decimal(limit)
    return Change.State.ASKED if alone else Change.State.WAITING
