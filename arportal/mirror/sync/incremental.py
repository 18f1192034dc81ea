"""The short pass: what changed since the last one, newest change first, and whether anything went away."""

import datetime as dt
from typing import Any

from arportal import b2b
from arportal.mirror.models import Scan, SyncPass, Watermark
from arportal.mirror.sync.find_missing import find_missing
from arportal.mirror.sync.full_scan import Report, full_scan
from arportal.mirror.sync.pages import Tally, is_last, next_offset, save
from arportal.mirror.sync.resources import Resource
from arportal.stores.models import Store

# updatedAt has whole seconds and arrives late; what lies this close to the watermark is read again.
OVERLAP = dt.timedelta(seconds=120)
PATIENT_SEARCHES = 2
SEARCH_AGAIN_AFTER = dt.timedelta(hours=1)


def catch_up(this: SyncPass, resource: Resource, report: Report) -> Tally:
    """Reads what changed, then compares totals and looks for what the API no longer has, or we never saw."""
    mark, _created = Watermark.objects.get_or_create(store=this.store, resource=resource.name)
    tally, newest, total = _read_changed(this.store, resource, mark, report)
    if total is not None:
        tally += _reconcile(this, resource, mark, total, report)
    # Only a complete pass gets here: one cut short must start again from the old mark.
    mark.updated_at = max(filter(None, (mark.updated_at, newest)), default=None)
    mark.save(update_fields=["updated_at", "fruitless_searches", "search_after"])
    return tally


def _read_changed(
    store: Store, resource: Resource, mark: Watermark, report: Report
) -> tuple[Tally, dt.datetime | None, int | None]:
    since = mark.updated_at - OVERLAP if mark.updated_at else None
    is_whole = _fits_a_page(store, resource)
    query = resource.everything if is_whole else resource.lately(since)
    offset, tally, newest = 0, Tally(), None
    while True:
        page = resource.page(offset=offset, limit=resource.page_size, **query)
        tally += save(store, resource, page)
        newest = _newest(newest, page.items)
        report(resource.name, offset + len(page.items), None)
        if is_last(page) or (resource.is_sorted and _all_before(since, page.items)):
            return tally, newest, page.total if is_whole else _total(resource, page)
        offset = next_offset(page)


def _fits_a_page(store: Store, resource: Resource) -> bool:
    """Then one request tells more than two would: what changed, and how many there are."""
    return not resource.is_sorted and resource.ours(store).count() <= resource.page_size


def _newest(newest: dt.datetime | None, items: Any) -> dt.datetime | None:
    times = [item.updated_at for item in items if item.updated_at is not None]
    return max([*times, *([newest] if newest else [])], default=None)


def _all_before(since: dt.datetime | None, items: Any) -> bool:
    return since is not None and all(
        item.updated_at is not None and item.updated_at < since for item in items
    )


def _total(resource: Resource, page: b2b.Page[Any]) -> int | None:
    """How many the API has; a list of changes alone does not tell it."""
    if resource.is_sorted:
        return page.total
    return resource.page(offset=0, limit=1, **resource.everything).total


def _reconcile(this: SyncPass, resource: Resource, mark: Watermark, total: int, report: Report) -> Tally:
    if _agrees(this.store, resource, total):
        mark.fruitless_searches = 0
        return Tally()
    if _was_in_vain(this, mark):
        return Tally()
    tally = _look(this, resource, total, report)
    mark.fruitless_searches = 0 if tally.changed or tally.gone else mark.fruitless_searches + 1
    mark.search_after = this.started_at + SEARCH_AGAIN_AFTER
    return tally


def _was_in_vain(this: SyncPass, mark: Watermark) -> bool:
    """Once may be a list in motion; after that it is something a search cannot find, such as rows without time."""
    waiting = mark.search_after is not None and this.started_at < mark.search_after
    return waiting and mark.fruitless_searches >= PATIENT_SEARCHES


def _agrees(store: Store, resource: Resource, total: int) -> bool:
    return bool(resource.ours(store).count() == total)


def _look(this: SyncPass, resource: Resource, total: int, report: Report) -> Tally:
    if resource.born:
        return find_missing(this.store, resource, total)
    progress, _created = Scan.objects.get_or_create(sync_pass=this, resource=resource.name)
    return full_scan(this.store, resource, progress, report)
