"""Finding rows that went away without a trace among a million, in a dozen requests each.

The API lists oldest first and tells its total. Where a stretch of our rows holds more (or fewer) than the API has
between two offsets, the difference lies inside it: halve, ask for one page in the middle, go on in the halves
that still differ. A page settles its own stretch by itself.
"""

from dataclasses import dataclass
from typing import Any

from arportal.mirror.sync.pages import Tally, after, save_and_compare, stretch
from arportal.mirror.sync.resources import Key, Resource
from arportal.stores.models import Store


@dataclass(frozen=True)
class _Point:
    """A place between two rows: before the API's row at `offset`, and before our first row from `key` on."""

    offset: int
    key: Key | None


def find_missing(store: Store, resource: Resource, total: int) -> Tally:
    """Makes our rows of the resource agree with the API's `total` of them."""
    return _between(store, resource, _Point(0, None), _Point(total, None))


def _between(store: Store, resource: Resource, low: _Point, high: _Point) -> Tally:
    width = high.offset - low.offset
    if _count(store, resource, low, high) == width:
        return Tally()
    if width <= resource.page_size:
        return _settle(store, resource, low, width, high)
    return _halve(store, resource, low, high)


def _count(store: Store, resource: Resource, low: _Point, high: _Point) -> int:
    count: int = stretch(resource.ours(store), resource, low.key, high.key).count()
    return count


def _settle(store: Store, resource: Resource, low: _Point, width: int, high: _Point) -> Tally:
    page = _page(resource, low.offset, max(width, 1))
    return save_and_compare(store, resource, page, low.key, high.key)


def _halve(store: Store, resource: Resource, low: _Point, high: _Point) -> Tally:
    middle = (low.offset + high.offset - resource.page_size) // 2
    page = _page(resource, middle, resource.page_size)
    if not page.items:  # The list shrank meanwhile: the next pass sees a total to start from.
        return Tally()
    first = _Point(middle, resource.key(page.items[0]))
    beyond = _Point(page.next_offset, after(resource.key(page.items[-1])))
    tally = save_and_compare(store, resource, page, first.key, beyond.key)
    tally += _between(store, resource, low, first)
    return tally + _between(store, resource, beyond, high)


def _page(resource: Resource, offset: int, limit: int) -> Any:
    return resource.page(offset=offset, limit=limit, **resource.everything)
