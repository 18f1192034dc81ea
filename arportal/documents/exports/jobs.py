"""Asking the workers for a step of an export. Tasks are called by their names: their module imports what they do."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from arportal.documents.models import Export

# Enough to use up a store's requests, of which each takes a while; one less than a worker's jobs at a time.
LANES = (1, 2, 3)
WORK = "arportal.documents.tasks.work_on_export"
PACK = "arportal.documents.tasks.pack_export"


def ask_for_work(export: Export) -> None:
    """Have the workers go on with an unfinished export; asking twice does no harm."""
    if export.state == Export.State.PACKING:
        defer(PACK, f"pack-{export.pk}", export_id=str(export.pk))
    else:
        for lane in LANES:
            ask_for_lane(export.pk, lane)


def ask_for_lane(export_id: UUID, lane: int, seconds: float = 0.0) -> None:
    defer(WORK, f"export-{export_id}-{lane}", seconds, export_id=str(export_id), lane=lane)


def defer(task: str, lock: str, seconds: float = 0.0, **arguments: Any) -> None:
    """One at a time of the same lock, and one waiting."""
    later: dict[str, Any] = {"schedule_in": {"seconds": seconds}} if seconds else {}
    # In a transaction of its own, so that a refusal spoils none of the caller's.
    with suppress(AlreadyEnqueued), transaction.atomic():
        asked = app.configure_task(task, allow_unknown=False, lock=lock, queueing_lock=lock, **later)
        asked.defer(**arguments)
