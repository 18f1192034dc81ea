"""One page of an API list: saved, and compared with our rows of the same stretch."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from arportal import b2b
from arportal.b2b.errors import B2BError
from arportal.mirror import store as rows
from arportal.mirror.sync.left_out import LeftOut
from arportal.mirror.sync.mishaps import Outcome, Read, weigh
from arportal.mirror.sync.resources import Key, Resource
from arportal.stores.models import Store

# Offsets shift while data changes: pages share rows, so that a row that moved up is not stepped over.
SHARED = 10


@dataclass
class Tally:
    """The work of a pass so far, and what it could not read."""

    changed: int = 0
    gone: int = 0
    left_out: LeftOut = field(default_factory=LeftOut)

    @property
    def is_changed(self) -> bool:
        return bool(self.changed or self.gone)

    def __add__(self, other: "Tally") -> "Tally":
        if other.left_out:
            self.left_out.merge(other.left_out)
        return Tally(self.changed + other.changed, self.gone + other.gone, self.left_out)


def is_last(page: b2b.Page[Any]) -> bool:
    """True if nothing comes after the page.

    It goes by the total where the API tells it; a short page alone may only mean that it caps our limit.
    """
    count = page.next_offset - page.offset
    if not count or page.total is None:
        return count < page.limit
    return page.next_offset >= page.total


def next_offset(page: b2b.Page[Any]) -> int:
    return max(page.offset + 1, page.next_offset - SHARED)


def stretch(ours: QuerySet[Any], resource: Resource, low: Key | None, high: Key | None) -> QuerySet[Any]:
    """Our rows with low <= (born, api_id) < high, in the order of the API's list; None is open."""
    # Said as a range of `born`, from which the rows of its first and last moment are taken out again: that is
    # what an index can follow.
    born = resource.born
    within = Q((f"{born}__isnull", False))
    if low is not None:
        within &= ~Q((born, low[0]), api_id__lt=low[1]) & Q((f"{born}__gte", low[0]))
    if high is not None:
        within &= ~Q((born, high[0]), api_id__gte=high[1]) & Q((f"{born}__lte", high[0]))
    return ours.filter(within)


def save_and_compare(
    store: Store, resource: Resource, page: b2b.Page[Any], low: Key | None, high: Key | None
) -> Tally:
    """Saves the page, which holds everything the API has in [low, high), and marks gone what it lacks."""
    tally = save(store, resource, page)
    present = {resource.api_id(item) for item in page.items}
    ours = stretch(resource.ours(store), resource, low, high)
    # Their ids alone, which an index holds: hardly ever is one missing.
    missing = set(ours.values_list("api_id", flat=True)) - present
    return tally + verify(store, resource, ours.filter(api_id__in=missing)) if missing else tally


def save(store: Store, resource: Resource, page: b2b.Page[Any]) -> Tally:
    tally = Tally(resource.save(store, page.items))
    for error in page.unreadable:
        tally.left_out.add(resource.name, error)
    return tally


def verify(store: Store, resource: Resource, suspects: Iterable[Any]) -> Tally:
    """Rows that a list did not show: each is asked for by id, for a shifting list alone is no proof."""
    tally = Tally()
    for suspect in suspects:
        try:
            tally.changed += resource.save(store, [resource.read(suspect)])
        except B2BError as error:
            if weigh(error, Read.RECORD, resource.first) is Outcome.GONE:
                tally.gone += rows.mark_gone(resource.model, store, [suspect.api_id])
            else:  # It is there, whatever it says now: ours stays.
                tally.left_out.add(resource.name, error, f"record {suspect.api_id}")
    return tally


def after(key: Key) -> Key:
    """The smallest key behind this one."""
    return key[0], key[1] + 1
