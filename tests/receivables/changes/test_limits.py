"""Which changes need a second person."""

from decimal import Decimal

from arportal.receivables.changes.limits import first_state
from arportal.receivables.models import Change
from arportal.stores.models import Store

ASKED, WAITING = Change.State.ASKED, Change.State.WAITING


def test_it_works():
    limits = {"USD": "5", "JPY": "0"}
    cases = [
        ({}, "99999", "USD", ASKED),
        (limits, None, "", ASKED),
        (limits, "5", "USD", ASKED),
        (limits, "5.01", "USD", WAITING),
        (limits, "-5", "USD", ASKED),
        (limits, "-5.01", "USD", WAITING),
        (limits, "1", "JPY", WAITING),
        # Amounts of different currencies cannot be compared.
        (limits, "0.01", "EUR", WAITING),
    ]
    wrong = []
    for limits_of_store, amount, currency, state in cases:
        moved = None if amount is None else Decimal(amount)
        if first_state(Store(approval_limits=limits_of_store), moved, currency) != state:
            wrong.append((limits_of_store, amount, currency))
    assert wrong == []
