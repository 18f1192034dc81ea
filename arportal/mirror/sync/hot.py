"""Invoices on which money is owed are read again every hour, whether or not they claim to have changed.

A round goes page by page, oldest first; a sparing pass reads only as many of its pages as brings it round in time.
The lists themselves are read by every pass: a page that fails is left out here, and is the first of the next pass.
"""

import datetime as dt
from typing import Any

from django.db.models import Max

from arportal import b2b
from arportal.b2b import InvoiceStatus
from arportal.b2b.errors import B2BError
from arportal.mirror.models import Scan, SyncPass
from arportal.mirror.sync.care import Care
from arportal.mirror.sync.full_scan import advance, bounds, step_back
from arportal.mirror.sync.pages import SHARED, Tally, save_and_compare
from arportal.mirror.sync.resources import Invoices, Resource
from arportal.stores.models import Store

EVERY = dt.timedelta(hours=1)
# Two lists, one after the other, each in less than half an hour of passes.
PASSES_A_ROUND = 25
HOT = {InvoiceStatus.OPEN: "open invoices", InvoiceStatus.PARTIALLY_PAID: "partly paid invoices"}


class OwedInvoices(Invoices):
    """The invoices of one status."""

    def __init__(self, client: b2b.Client, status: InvoiceStatus) -> None:
        super().__init__(client)
        self.name = HOT[status]
        self.status = status

    def page(self, **query: Any) -> b2b.Page[b2b.Invoice]:
        return super().page(status=self.status, **query)

    def ours(self, store: Store) -> Any:
        return super().ours(store).filter(status=self.status)

    def round(self, this: SyncPass) -> Scan | None:
        """The round under way, or a new one when the last began an hour ago; a full pass reads them all too."""
        scans = Scan.objects.filter(sync_pass__store=this.store, resource__in=[self.name, Invoices.name])
        last = scans.select_related("sync_pass").order_by("pk").last()
        if last is not None and last.resource == self.name and not last.is_complete:
            return last
        if last is not None and this.started_at - last.sync_pass.started_at < EVERY:
            return None
        return Scan.objects.create(sync_pass=this, resource=self.name)


def reread_hot(this: SyncPass, care: Care) -> Tally:
    """Reads on in the lists; a sparing pass only in one, the first that has some to read and can be read."""
    tally = Tally()
    for status in HOT:
        resource = OwedInvoices(care.once, status)
        progress = None if care.is_off(resource.name) else resource.round(this)
        if progress is None:
            continue
        # The total is not known before the first page.
        pages = 1 + (progress.total or 0) // ((resource.page_size - SHARED) * PASSES_A_ROUND)
        try:
            tally += _read_on(this.store, resource, progress, pages if care.is_sparing else None)
        except B2BError as error:
            care.leave_out(resource.name, error)
            continue
        care.answers(resource.name)
        if care.is_sparing:
            break
    return tally


def last_round(store: Store) -> dt.datetime | None:
    """The beginning of the latest rounds that are complete, of the older list; a full pass reads both lists too."""
    scans = Scan.objects.filter(sync_pass__store=store, is_complete=True)
    begun = [
        scans.filter(resource__in=[name, Invoices.name]).aggregate(at=Max("sync_pass__started_at"))["at"]
        for name in HOT.values()
    ]
    return None if None in begun else min(begun)


def _read_on(store: Store, resource: Resource, progress: Scan, pages: int | None) -> Tally:
    """Reads so many pages of the round, or all that are left of it."""
    tally = Tally()
    done = 0
    while not progress.is_complete and done != pages:
        done += 1
        page = resource.page(offset=progress.offset, limit=resource.page_size, **resource.everything)
        # Between two passes invoices before it were paid, and the list moved up by more than pages share.
        if progress.offset and not (page.items and progress.has_reached(resource.key(page.items[0]))):
            step_back(progress, resource)
            progress.save(update_fields=["offset"])
            continue
        low, high = bounds(resource, page)
        tally += save_and_compare(store, resource, page, low, high)
        progress.newest, progress.last_id = resource.key(page.items[-1]) if page.items else (None, None)
        progress.save(update_fields=["newest", "last_id"])
        advance(progress, page)
    return tally
