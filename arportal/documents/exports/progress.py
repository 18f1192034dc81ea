"""Progress of an export: how far it is, and how long it may still take."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q

from arportal.documents.exports.estimates import TELLING
from arportal.documents.models import Export, ExportItem

# The pace is that of the last minute: what came from the cache at first says little about the rest.
RECENT = dt.timedelta(minutes=1)
State = ExportItem.State


@dataclass(frozen=True)
class Progress:
    """Numbers of files; `again` are those that failed once and are tried once more after all others.

    `remaining` is None while too little is known; `is_rough` while it goes by few files.
    """

    total: int
    done: int
    failed: int
    again: int
    remaining: dt.timedelta | None
    is_rough: bool = False

    @property
    def settled(self) -> int:
        return self.done + self.failed

    @property
    def percent(self) -> int:
        return 100 * self.settled // self.total


def progress_of(export: Export, now: dt.datetime) -> Progress:
    since = max(export.began_at, now - RECENT)
    is_settled = Q(state__in=[State.DONE, State.FAILED])
    counts = export.items.aggregate(
        done=Count("pk", filter=Q(state=State.DONE)),
        failed=Count("pk", filter=Q(state=State.FAILED)),
        again=Count("pk", filter=Q(tries__gt=0) & ~is_settled),
        recent=Count("pk", filter=is_settled & Q(settled_at__gt=since)),
    )
    recent = counts.pop("recent")
    left = export.total - counts["done"] - counts["failed"]
    remaining = (now - since) * left / recent if recent and left else None
    is_rough = counts["done"] + counts["failed"] < TELLING
    return Progress(total=export.total, remaining=remaining, is_rough=is_rough, **counts)
