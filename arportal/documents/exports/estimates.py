"""Estimates of how long an export will take, before it is begun.

What a PDF costs is learnt from the store's latest exports, also from one that is under way: it depends on the
machine, on how long the invoices are, and on how much the store's other integrations ask for. Until there are some,
it is what the store allows in a minute, or what a PDF took on a machine with nothing else to do, times how busy
this one is.
"""

import datetime as dt
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from django.conf import settings
from django.db.models import Count, F, Max, Q
from django.db.models.functions import Coalesce

from arportal.documents.branding.letterheads import letterhead_of
from arportal.documents.exports import copies
from arportal.documents.exports.jobs import LANES
from arportal.documents.invoices import content_key
from arportal.documents.models import Export, ExportItem
from arportal.documents.rendering import cache
from arportal.mirror.models import Invoice
from arportal.mirror.rate_limit.budget import budget_of
from arportal.stores.models import Store

# Seconds. Of ours, on one core; measured by bench/e6_bulk_export.py.
TO_MAKE = 0.12
# Of a copy that is at hand: taken from the cache, put into the database and into the archive.
TO_COPY = 0.02
# The worker has to notice that it is asked for, and pack in the end.
TO_START = 2.0
# How many invoices are looked at to tell how many copies there are.
LOOKED_AT = 30
# An export of fewer tells little about the cost of one, and so do those of long ago.
TELLING, LATEST = 20, 5


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds a PDF, by all workers together: one to be made or fetched, and one whose copy is kept."""

    new: float
    kept: float

    def seconds(self, new: float, kept: float) -> float:
        return TO_START + new * self.new + kept * self.kept


@dataclass(frozen=True, slots=True)
class Estimate:
    """`is_first`: no export of this kind has told yet what one costs here."""

    time: dt.timedelta
    is_first: bool


@dataclass(frozen=True, slots=True)
class Took:
    """An export so far: its PDFs that were made or fetched, those that were copies, and its seconds."""

    new: int
    kept: int
    seconds: float


def estimate(store: Store, source: Export.Source, invoice_ids: Sequence[int]) -> Estimate:
    """The time left, if nobody asks for anything else meanwhile."""
    # The share that has a copy on this machine, told by a few from the first to the last.
    every = max(1, len(invoice_ids) // LOOKED_AT)
    looked_at = Invoice.objects.filter(store=store, api_id__in=invoice_ids[::every])
    if source == Export.Source.STORE:
        copied = [copies.is_kept(invoice) for invoice in looked_at]
    else:
        letterhead = letterhead_of(store)
        copied = [cache.has(content_key(letterhead, invoice)) for invoice in looked_at]
    kept = len(invoice_ids) * sum(copied) / len(copied) if copied else 0.0
    latest = list(_latest(store, source))
    costs = learnt(usual_costs(store, source), latest)
    seconds = costs.seconds(len(invoice_ids) - kept, kept)
    return Estimate(time=dt.timedelta(seconds=seconds), is_first=not latest)


def usual_costs(store: Store, source: Export.Source) -> Costs:
    """A copy mostly waits for the database, and the store's own for the store: a busy machine slows neither much."""
    if source == Export.Source.STORE:
        return Costs(new=60 / requests_a_minute(store), kept=TO_COPY)
    lanes = min(len(LANES), settings.PDF_PROCESSES or 1)
    return Costs(new=TO_MAKE / lanes * slowed_down(lanes), kept=TO_COPY)


def slowed_down(lanes: int) -> float:
    """The factor by which work takes longer than on an idle machine, when so many lanes join what ran in the last
    minute: all share its cores."""
    return max(1.0, (os.getloadavg()[0] + lanes) / (os.cpu_count() or 1))


def learnt(usual: Costs, exports: Sequence[Took]) -> Costs:
    """Each cost as the exports tell it; the usual one where none of them tells it."""
    copied = [_each(took.seconds, took.kept) for took in exports if took.kept > took.new]
    kept = median(copied) if copied else usual.kept
    made = [_each(took.seconds - took.kept * kept, took.new) for took in exports if took.new >= took.kept]
    return Costs(new=median(made) if made else usual.new, kept=kept)


def requests_a_minute(store: Store) -> int:
    """The requests that the store allows to background work; a PDF takes one, the file itself is not counted."""
    budget = budget_of(store)
    return max(1, budget.allocated - budget.reserve)


def _each(seconds: float, count: int) -> float:
    return max(0.001, (seconds - TO_START) / count)


def _latest(store: Store, source: Export.Source) -> Iterator[Took]:
    """The pace, by what was settled since the work began: after a retry most of it was done before. Of one under
    way, until its last file so far."""
    done = Q(items__state=ExportItem.State.DONE, items__settled_at__gte=F("began_at"))
    told = [Export.State.READY, Export.State.RUNNING]
    latest = (
        Export.objects.filter(
            store=store, of=Export.Of.INVOICES, source=source, state__in=told, total__gte=TELLING
        )
        .annotate(
            new=Count("items", filter=done & Q(items__was_kept=False)),
            kept=Count("items", filter=done & Q(items__was_kept=True)),
            last=Max("items__settled_at", filter=done),
        )
        .order_by("-asked_at")
    )
    values = latest.values_list("new", "kept", "began_at", Coalesce("finished_at", "last"))
    for new, kept, began, ended in values[:LATEST]:
        if new + kept >= TELLING:
            yield Took(new, kept, (ended - began).total_seconds())
