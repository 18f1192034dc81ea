"""The short pass: what changed since the last one, newest change first, and whether anything went away."""

import datetime as dt

from arportal.mirror.models import Scan, SyncPass, Watermark
from arportal.mirror.sync.find_missing import find_missing
from arportal.mirror.sync.full_scan import Report, full_scan
from arportal.mirror.sync.pages import Tally, is_last, next_offset, save
from arportal.mirror.sync.resources import Resource
from arportal.stores.models import Store

# updatedAt has whole seconds and arrives late; what lies this close to the watermark is read again.
OVERLAP = dt.timedelta(seconds=120)
# A difference once may be a list in motion; after that it is something that no search can find, such as rows
# without a time.
SEARCHES_IN_A_ROW = 2
SEARCH_AGAIN_AFTER = dt.timedelta(hours=1)


def catch_up(this: SyncPass, resource: Resource, report: Report) -> Tally:
    """Reads what changed, then compares totals and looks for what the API no longer has, or we never saw."""
    mark, _is_new = Watermark.objects.get_or_create(store=this.store, resource=resource.name)
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
    """Returns what was done, the newest updatedAt, and how many the API has; None where it does not tell."""
    since = mark.updated_at - OVERLAP if mark.updated_at else None
    # Of a list that fits a page one request tells more than two would: what changed, and how many there are.
    is_whole = not resource.is_sorted and resource.ours(store).count() <= resource.page_size
    query = resource.everything if is_whole else resource.lately(since)
    tally = Tally()
    newest: dt.datetime | None = None
    offset = 0
    while True:
        page = resource.page(offset=offset, limit=resource.page_size, **query)
        tally += save(store, resource, page)
        times = [item.updated_at for item in page.items]
        newest = max(filter(None, [newest, *times]), default=None)
        report(resource.name, offset + len(page.items), None)
        is_known = since is not None and all(time is not None and time < since for time in times)
        if is_last(page) or (resource.is_sorted and is_known):
            # A list of changes alone does not tell how many there are.
            return tally, newest, page.total if is_whole or resource.is_sorted else resource.first().total
        offset = next_offset(page)


def _reconcile(this: SyncPass, resource: Resource, mark: Watermark, total: int, report: Report) -> Tally:
    """Looks for the difference when we have not as many rows as the API."""
    if resource.ours(this.store).count() == total:
        mark.fruitless_searches = 0
        return Tally()
    is_early = mark.search_after is not None and this.started_at < mark.search_after
    if is_early and mark.fruitless_searches >= SEARCHES_IN_A_ROW:
        return Tally()
    if resource.born:
        tally = find_missing(this.store, resource, total)
    else:
        progress, _is_new = Scan.objects.get_or_create(sync_pass=this, resource=resource.name)
        tally = full_scan(this.store, resource, progress, report)
    mark.fruitless_searches = 0 if tally.is_changed else mark.fruitless_searches + 1
    mark.search_after = this.started_at + SEARCH_AGAIN_AFTER
    return tally
