"""The receivables' background work."""

import datetime as dt
import logging
from collections.abc import Callable, Iterable

from django.utils import timezone
from procrastinate.contrib.django import app

from arportal.receivables import changes
from arportal.receivables.models import Change

logger = logging.getLogger(__name__)

# A Change that has stood still for longer than any request takes belongs to a process that died.
TOO_LONG = dt.timedelta(minutes=2)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="confirm_changes", lock="confirm_changes")
def confirm_changes(timestamp: int) -> None:
    """Brings every Change to its end: looks up the unclear, sends the waiting, reads back the done."""
    now = timezone.now()
    unfinished = Change.objects.select_related("store", "actor")
    asked = unfinished.filter(state=Change.State.ASKED)
    _each(unfinished.filter(state=Change.State.UNKNOWN), lambda change: changes.confirm(change, now))
    orphaned = unfinished.filter(state=Change.State.SENT, sent_at__lt=now - TOO_LONG)
    _each(orphaned, lambda change: changes.confirm(change, now))
    _each(asked.filter(attempts__gt=0), lambda change: changes.carry_out(change, keep_unsent=True))
    _each(asked.filter(attempts=0, asked_at__lt=now - TOO_LONG), changes.withdraw)
    _each(unfinished.not_mirrored().filter(settled_at__lt=now - TOO_LONG), changes.mirror)


def _each(found: Iterable[Change], work: Callable[[Change], object]) -> None:
    for change in found:
        try:
            work(change)
        except Exception:  # One that cannot be worked on must not hold up all the others.
            logger.exception("change %s could not be worked on", change.pk)
