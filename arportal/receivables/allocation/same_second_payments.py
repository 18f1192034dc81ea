"""Payments recorded on one invoice within the same second.

The store tells times in whole seconds. A page that was read between two such payments looks as new as one that was
read after both, and may be written over it: for a while, until the next sync, the mirror may show a balance that is
too high. Then what was open before the first of them, less all of them, is the most that can be left.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal
from itertools import pairwise

from arportal.receivables.changes.clock import database_now
from arportal.receivables.models import Change
from arportal.stores.models import Store

# Longer than a page may be on its way, and than it takes until the next sync has read again what changed.
UNSURE = dt.timedelta(minutes=2)
SECOND = dt.timedelta(seconds=1)


def most_open(store: Store, company_ids: Collection[int]) -> dict[int, Decimal]:
    """Invoice id → the most that can be left to pay, for the few of which that is known better than the mirror."""
    lately: dict[int, list[Change]] = defaultdict(list)
    for change in _just_mirrored(store, company_ids):
        for invoice_id in change.before.get("open", {}):
            lately[int(invoice_id)].append(change)
    return {
        invoice_id: _open_before(changes[0], invoice_id) - sum(_amount(each, invoice_id) for each in changes)
        for invoice_id, changes in lately.items()
        if _may_collide(changes)
    }


def _just_mirrored(store: Store, company_ids: Collection[int]) -> Collection[Change]:
    """In the order in which they were asked for."""
    since = database_now() - UNSURE
    recorded = Change.objects.filter(store=store, verb=Change.Verb.RECORD_PAYMENT, state=Change.State.APPLIED)
    # What was asked for long before, and approved only now, says nothing of what was open of late.
    lately = recorded.filter(company_id__in=company_ids, asked_at__gte=since - UNSURE, mirrored_at__gte=since)
    return lately.order_by("asked_at", "pk")


def _may_collide(changes: Collection[Change]) -> bool:
    """Whether two of them may have reached the store in the same second."""
    spans = sorted((each.sent_at, each.settled_at) for each in changes if each.sent_at and each.settled_at)
    return any(second[0] <= first[1] + SECOND for first, second in pairwise(spans))


def _open_before(change: Change, invoice_id: int) -> Decimal:
    return Decimal(change.before["open"][str(invoice_id)])


def _amount(change: Change, invoice_id: int) -> Decimal:
    lines = [line for line in change.payload["lines"] if line["invoice_id"] == invoice_id]
    return sum((Decimal(line["amount"]) for line in lines), Decimal(0))
