"""Invoices on which money is owed are read again every hour, whether or not they claim to have changed.

A round goes page by page, oldest first; a sparing pass reads only as many of its pages as brings it round in time.
The lists themselves are read by every pass: a page that fails is left out here, and is the first of the next pass.
"""

import datetime as dt
from dataclasses import replace
from functools import partial
from typing import Any

from arportal.b2b import Client, InvoiceStatus, Page
from arportal.b2b.errors import B2BError
from arportal.mirror.models import Scan, SyncPass
from arportal.mirror.sync.care import Care
from arportal.mirror.sync.full_scan import advance, bounds, resume
from arportal.mirror.sync.pages import SHARED, Tally, save_and_compare
from arportal.mirror.sync.resources import Resource, invoices
from arportal.stores.models import Store

EVERY = dt.timedelta(hours=1)
# Two lists, one after the other, each in less than half an hour of passes.
PASSES_A_ROUND = 25
HOT = {InvoiceStatus.OPEN: "open invoices", InvoiceStatus.PARTIALLY_PAID: "partly paid invoices"}


def reread_hot(this: SyncPass, care: Care) -> Tally:
    """Of a sparing pass the pages of one list, the first that has some to read and can be read."""
    tally = Tally()
    for status in HOT:
        resource = _owed(care.once, status)
        progress = None if care.is_off(resource.name) else _round(this, resource)
        if progress is None:
            continue
        pages = _share(resource, progress) if care.is_sparing else None
        try:
            tally += _read_on(this.store, resource, progress, pages)
        except B2BError as error:
            care.leave_out(resource.name, error)
            continue
        care.answers(resource.name)
        if care.is_sparing:
            break
    return tally


def _owed(client: Client, status: InvoiceStatus) -> Resource:
    resource = invoices(client)
    return replace(
        resource,
        name=HOT[status],
        page=partial(resource.page, status=status),
        only={"status": status},
    )


def _round(this: SyncPass, resource: Resource) -> Scan | None:
    """The round under way, or a new one when the last began an hour ago; a full pass reads them all too."""
    scans = Scan.objects.filter(sync_pass__store=this.store, resource__in=[resource.name, "invoices"])
    last = scans.select_related("sync_pass").order_by("pk").last()
    if last is not None and last.resource == resource.name and not last.is_complete:
        return last
    if last is not None and this.started_at - last.sync_pass.started_at < EVERY:
        return None
    return Scan.objects.create(sync_pass=this, resource=resource.name)


def _share(resource: Resource, progress: Scan) -> int:
    """How many pages a pass; one, before the first has told how many there are."""
    return 1 + (progress.total or 0) // ((resource.page_size - SHARED) * PASSES_A_ROUND)


def _read_on(store: Store, resource: Resource, progress: Scan, pages: int | None) -> Tally:
    tally, done = Tally(), 0
    while not progress.is_complete and done != pages:
        done += 1
        page = resource.page(offset=progress.offset, limit=resource.page_size, **resource.everything)
        if _steps_over(resource, progress, page):
            resume(progress, resource)
            progress.save(update_fields=["offset"])
            continue
        low, high = bounds(resource, page)
        tally += save_and_compare(store, resource, page, low, high)
        progress.newest, progress.last_id = resource.key(page.items[-1]) if page.items else (None, None)
        progress.save(update_fields=["newest", "last_id"])
        advance(progress, page)
    return tally


def _steps_over(resource: Resource, progress: Scan, page: Page[Any]) -> bool:
    """Between two passes invoices before it were paid, and the list moved up by more than pages share."""
    if not progress.offset or not page.items:
        return bool(progress.offset)
    born, api_id = resource.key(page.items[0])
    if born is None or progress.newest is None or progress.last_id is None:
        return False
    return (born, api_id) > (progress.newest, progress.last_id)
