"""The full scan of a resource: page by page, each committed with how far it came, so that it can be resumed."""

import datetime as dt
from typing import Any, Protocol

from arportal import b2b
from arportal.mirror.models import Scan, SyncPass
from arportal.mirror.sync.pages import Tally, after, is_last, next_offset, save, save_and_compare, verify
from arportal.mirror.sync.resources import Key, Resource
from arportal.stores.models import Store

# How much the API's clock may be behind ours.
CLOCKS_APART = dt.timedelta(hours=1)


class Report(Protocol):
    """Told after every page: what is being read, how many were read, and of how many if known."""

    def __call__(self, resource: str, done: int, total: int | None) -> None: ...


def full_scan(store: Store, resource: Resource, progress: Scan, report: Report) -> Tally:
    """Reads every row of the resource, oldest first, from where `progress` left off.

    A list that cannot be had oldest first is short: it is read from its start, and compared as a whole.
    """
    tally = Tally()
    seen: set[int] = set()
    if not resource.born and not progress.is_complete:
        progress.offset = 0
    while not progress.is_complete:
        page = resource.page(offset=progress.offset, limit=resource.page_size, **resource.everything)
        if resource.born:
            tally += save_and_compare(store, resource, page, *bounds(resource, page))
        else:
            tally += save(store, resource, page)
            seen.update(resource.api_id(item) for item in page.items)
        advance(progress, page)
        report(resource.name, progress.offset, progress.total)
        if is_last(page):
            ours = resource.ours(store)
            # Rows without a time stand nowhere in the order of the list.
            untimed = (f"{resource.born}__isnull", True)
            unseen = ours.filter(untimed) if resource.born else ours.exclude(api_id__in=seen)
            tally += verify(store, resource, unseen)
    return tally


def begin(this: SyncPass, resource: Resource) -> Scan:
    """A scan that starts now, or the one this pass had begun before it was interrupted."""
    progress, is_new = Scan.objects.get_or_create(sync_pass=this, resource=resource.name)
    if not is_new:
        step_back(progress, resource)
        return progress
    # Changes made while the scan is under way have a later updatedAt than this.
    progress.newest = this.started_at - CLOCKS_APART
    if resource.is_sorted:
        page = resource.page(offset=0, limit=1, **resource.lately(None))
        progress.newest = page.items[0].updated_at if page.items else None
    progress.save(update_fields=["newest"])
    return progress


def step_back(progress: Scan, resource: Resource) -> None:
    """Goes back by a whole page, for after an interruption the list may have shifted by more than pages share."""
    if not progress.is_complete:
        progress.offset = max(0, progress.offset - resource.page_size)


def bounds(resource: Resource, page: b2b.Page[Any]) -> tuple[Key | None, Key | None]:
    """The stretch of the list that a page covers: open at the ends of the list."""
    if not page.items:
        return None if page.offset == 0 else _NEVER, None
    low = None if page.offset == 0 else resource.key(page.items[0])
    return low, None if is_last(page) else after(resource.key(page.items[-1]))


_NEVER: Key = (dt.datetime.max.replace(tzinfo=dt.UTC), 0)


def advance(progress: Scan, page: b2b.Page[Any]) -> None:
    progress.is_complete = is_last(page)
    progress.offset = page.next_offset if progress.is_complete else next_offset(page)
    progress.total = page.total
    progress.save(update_fields=["offset", "total", "is_complete"])
