"""The chain read again from its beginning: the first row that is not as it was sealed."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from arportal.receivables.activity.seals import changes_of, seal_of
from arportal.receivables.models import Change
from arportal.stores.models import Activity, ActivityChain, Store

AT_ONCE = 2000
# What is younger may still be waiting for its turn.
SEALED_WITHIN = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Verified:
    """A store's chain: how many rows are as they were sealed, the last one's seal, the first problem in words."""

    rows: int
    seal: str
    problem: str = ""


def verify(store: Store) -> Verified:
    """Reads every sealed row, and every Change that it names."""
    position, seal = 0, ""
    for row, change in _sealed(store):
        expected = seal_of(seal, position + 1, row, change)
        if row.position != position + 1 or row.seal != expected:
            return Verified(position, seal, _broken(store, position + 1, seal, row, change))
        position, seal = position + 1, expected
    return Verified(position, seal, _end_problem(store, position, seal))


def _sealed(store: Store) -> Iterator[tuple[Activity, Change | None]]:
    rows = Activity.objects.filter(store=store).order_by("position")
    after = 0
    while part := list(rows.filter(position__gt=after)[:AT_ONCE]):
        changes = changes_of(part)
        for row in part:
            yield row, changes.get(row.change_id) if row.change_id else None
        after = part[-1].position or 0


def _broken(store: Store, position: int, seal: str, row: Activity, change: Change | None) -> str:
    """The fault at this position, at which `row` stands, or the first one after it."""
    if row.position != position:
        return f"the row at position {position} was deleted; the next one is {_named(row)}"
    if change is None and row.kind in (Activity.Kind.CHANGE, Activity.Kind.OUTCOME):
        return f"position {position}: the change {row.change_id} was deleted, of which {_named(row)} tells"
    for other, its_change in _sealed(store):
        if other.pk != row.pk and seal_of(seal, position, other, its_change) in (other.seal, row.seal):
            return f"position {position} was reordered: {_named(other)} belongs there, not {_named(row)}"
    return f"position {position} was altered: {_named(row)}"


def _named(row: Activity) -> str:
    about = f" of change {row.change_id}" if row.change_id else ""
    return f"activity {row.pk} ({row.kind}{about}, {row.at:%Y-%m-%d %H:%M:%S} UTC)"


def _end_problem(store: Store, position: int, seal: str) -> str:
    """The fault behind the last sealed row: rows cut off, a row that is not sealed, a Change without a row."""
    end = ActivityChain.objects.filter(store=store).first() or ActivityChain(store=store)
    if end.position > position:
        return f"the rows from position {position + 1} to {end.position} were deleted"
    if (end.position, end.seal) != (position, seal):
        return f"the chain ends at position {position}, but its end was noted as {end.position}"
    old = Activity.objects.filter(store=store, position=None, at__lt=Now() - SEALED_WITHIN).order_by("pk")
    if (row := old.first()) is not None:
        return f"{_named(row)} was never sealed: is a worker running?"
    told = Activity.objects.filter(change_id=OuterRef("pk"), kind=Activity.Kind.CHANGE)
    untold = Change.objects.filter(~Exists(told), store=store).order_by("asked_at").first()
    return f"change {untold.pk} has no row in the activity" if untold else ""
