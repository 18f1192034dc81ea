"""How long an export will take, before it is begun."""

import datetime as dt

from django.conf import settings

from arportal.documents.models import Export
from arportal.documents.tasks import LANES
from arportal.mirror.budget import budget_of
from arportal.stores.models import Store

# Of ours, on one core; measured by bench/e6_bulk_export.py.
SECONDS_A_PDF = 0.12
# The worker has to notice that it is asked for, and pack in the end.
SHORTEST = dt.timedelta(seconds=10)


def at_most(store: Store, source: Export.Source, count: int) -> dt.timedelta:
    """If no copy is at hand and nobody else asks the store for anything."""
    if source == Export.Source.STORE:
        seconds = 60 * count / requests_a_minute(store)
    else:
        seconds = count * SECONDS_A_PDF / min(len(LANES), settings.PDF_PROCESSES or 1)
    return max(SHORTEST, dt.timedelta(seconds=round(seconds)))


def requests_a_minute(store: Store) -> int:
    """What the store allows to background work; a PDF takes one, the file itself is not counted."""
    budget = budget_of(store)
    return max(1, budget.allocated - budget.reserve)
