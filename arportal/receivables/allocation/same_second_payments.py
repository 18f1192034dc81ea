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

from arportal.receivables.allocation.lines import sums
from arportal.receivables.changes.clock import database_now
from arportal.receivables.models import Change
from arportal.stores.models import Store

# Longer than a page may be on its way, and than it takes until the next sync has read again what changed.
UNSURE = dt.timedelta(minutes=2)
SECOND = dt.timedelta(seconds=1)


def most_open(store: Store, company_ids: Collection[int]) -> dict[int, Decimal]:
    """Invoice id → the most that can be left to pay, for the few of which that is known better than the mirror."""
    since = database_now() - UNSURE
    mirrored = Change.objects.filter(
        store=store,
        verb=Change.Verb.RECORD_PAYMENT,
        state=Change.State.APPLIED,
        company_id__in=company_ids,
        mirrored_at__gte=since,
        # What was asked for long before, and approved only now, says nothing of what was open of late.
        asked_at__gte=since - UNSURE,
    )
    by_invoice: dict[int, list[Change]] = defaultdict(list)
    for change in mirrored.order_by("asked_at", "pk"):
        for invoice_id in change.before.get("open", {}):
            by_invoice[int(invoice_id)].append(change)
    most = {}
    for invoice_id, changes in by_invoice.items():
        spans = sorted(
            (each.sent_at, each.settled_at) for each in changes if each.sent_at and each.settled_at
        )
        # Only where two of them may have reached the store in the same second.
        if any(second[0] <= first[1] + SECOND for first, second in pairwise(spans)):
            paid = sums(line for change in changes for line in change.payload["lines"])[invoice_id]
            most[invoice_id] = Decimal(changes[0].before["open"][str(invoice_id)]) - paid
    return most
