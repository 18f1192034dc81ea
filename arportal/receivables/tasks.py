"""The receivables' background work. People's requests to the store go before all of it."""

import logging
import uuid
from collections.abc import Iterable
from contextlib import suppress

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from arportal.mirror.connections import background
from arportal.receivables import batches, changes
from arportal.receivables.models import Change

logger = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="confirm_changes", lock="confirm_changes")
def confirm_changes(timestamp: int) -> None:
    """Brings every Change to its end: looks up the unclear, sends the waiting, reads back the done."""
    for batch in batches.unfinished():
        start_batch(batch)
    with background():
        _notice(change for change in changes.unfinished() if not batches.is_to_send(change))


def start_batch(batch: uuid.UUID) -> None:
    """Call it in the transaction that asks for the changes: either both are kept or neither."""
    lock = f"batch-{batch}"
    with suppress(AlreadyEnqueued), transaction.atomic():
        carry_out_batch.configure(lock=lock, queueing_lock=lock).defer(batch=str(batch))


@app.task
def carry_out_batch(batch: str) -> None:
    with background():
        _notice(batches.to_send(uuid.UUID(batch)))


def _notice(found: Iterable[Change]) -> None:
    for change in found:
        try:
            changes.notice(change, timezone.now())
        except Exception:  # One that cannot be worked on must not hold up all the others.
            logger.exception("change %s could not be worked on", change.pk)
