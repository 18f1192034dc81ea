"""The documents' background work."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from arportal.documents.exports import ending, packing, warming, working
from arportal.documents.exports.crowd import LOW
from arportal.documents.models import Export
from arportal.stores.models import Store

# Enough to use up a store's requests, of which each takes a while; one less than a worker's jobs at a time.
LANES = (1, 2, 3)
# Copies for later are the last of all.
LOWEST = 2 * LOW
# Seconds between two steps of making copies beforehand, when there was something to do and when there was not.
REST, BREATH = 60.0, 5.0


def ask_for_work(export: Export) -> None:
    """Have the workers go on with an unfinished export; asking twice does no harm."""
    if export.state == Export.State.PACKING:
        _defer(pack_export, f"pack-{export.pk}", export_id=str(export.pk))
    else:
        for lane in LANES:
            _ask_for_lane(export.pk, lane)


def _ask_for_lane(export_id: UUID, lane: int, seconds: float = 0.0) -> None:
    lock = f"export-{export_id}-{lane}"
    _defer(work_on_export, lock, seconds, export_id=str(export_id), lane=lane)


def _defer(task: Any, lock: str, seconds: float = 0.0, **arguments: Any) -> None:
    """One at a time of the same lock, and one waiting."""
    later = {"schedule_in": {"seconds": seconds}} if seconds else {}
    # In a transaction of its own, so that a refusal spoils none of the caller's.
    with suppress(AlreadyEnqueued), transaction.atomic():
        task.configure(lock=lock, queueing_lock=lock, **later).defer(**arguments)


@app.task(priority=LOW)
def work_on_export(export_id: str, lane: int) -> None:
    export = Export.objects.filter(pk=export_id).select_related("store", "actor").first()
    if export is None:
        return
    seconds = working.work(export, lane)
    if seconds is not None:
        _ask_for_lane(export.pk, lane, seconds)
    elif packing.close(export):
        export.refresh_from_db()
        ask_for_work(export)


@app.task(priority=LOW)
def pack_export(export_id: str) -> None:
    export = Export.objects.filter(pk=export_id, state=Export.State.PACKING).select_related("store").first()
    if export is not None:
        packing.pack(export)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="carry_on_exports")
def carry_on_exports(timestamp: int) -> None:
    """Whatever became of their jobs, unfinished exports go on."""
    ending.give_up_waiting(timezone.now())
    for export in Export.objects.unfinished():
        ask_for_work(export)


@app.periodic(cron="11 * * * *")
@app.task(queueing_lock="remove_old_exports")
def remove_old_exports(timestamp: int) -> None:
    ending.remove_old(timezone.now())


@app.periodic(cron="23 * * * *")
@app.task(queueing_lock="warm_every_store")
def warm_every_store(timestamp: int) -> None:
    for store_id in Store.objects.values_list("pk", flat=True):
        _ask_for_warming(store_id, before=None)


def _ask_for_warming(store_id: int, before: int | None, seconds: float = 0.0) -> None:
    _defer(warm_store, f"warm-{store_id}", seconds, store_id=store_id, before=before)


@app.task(priority=LOWEST)
def warm_store(store_id: int, before: int | None) -> None:
    """One step of a walk over the open invoices; without room for it the walk waits where it is."""
    store = Store.objects.get(pk=store_id)
    if not warming.has_room(store):
        return _ask_for_warming(store_id, before, REST)
    step = warming.warm(store, before)
    if step.before is not None:
        _ask_for_warming(store_id, step.before, REST if step.has_worked else BREATH)
    return None
