"""The receivables' background work."""

import datetime as dt

from django.utils import timezone
from procrastinate.contrib.django import app

from arportal.receivables import changes
from arportal.receivables.models import Change

# A Change that has been in `sent` for longer than any request takes belongs to a process that died.
SENT_TOO_LONG = dt.timedelta(minutes=2)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="confirm_changes", lock="confirm_changes")
def confirm_changes(timestamp: int) -> None:
    now = timezone.now()
    unclear = Change.objects.select_related("store").filter(state=Change.State.UNKNOWN)
    orphaned = Change.objects.select_related("store").filter(
        state=Change.State.SENT, sent_at__lt=now - SENT_TOO_LONG
    )
    for change in [*unclear, *orphaned]:
        changes.confirm(change, now)
