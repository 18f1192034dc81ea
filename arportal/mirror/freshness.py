"""How old the figures on a page are, and what keeps them from being newer."""

import datetime as dt
from dataclasses import dataclass

from arportal.mirror.models import SyncPass
from arportal.stores.models import Store


@dataclass(frozen=True)
class Freshness:
    """`as_of`: the start of the last complete sync, None before the first; `problem`: why the latest failed."""

    as_of: dt.datetime | None
    problem: str


def has_changed_since(store: Store, moment: dt.datetime) -> bool:
    """Whether a sync that began later has brought anything new."""
    return SyncPass.objects.filter(store=store, started_at__gt=moment, rows_changed__gt=0).exists()


def freshness(store: Store) -> Freshness:
    finished = SyncPass.objects.filter(store=store).exclude(finished_at=None).order_by("-started_at")
    latest = finished.first()
    complete = latest if latest is None or not latest.problem else finished.filter(problem="").first()
    return Freshness(
        as_of=complete.started_at if complete else None, problem=latest.problem if latest else ""
    )
