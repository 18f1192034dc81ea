"""The search for rows that went away without a trace among a million, in a dozen requests each.

The API lists oldest first and tells its total. Where a stretch of our rows holds more (or fewer) than the API has
between two offsets, the difference lies inside it: halve, ask for one page in the middle, go on in the halves
that still differ. A page settles its own stretch by itself.
"""

from dataclasses import dataclass

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
    tally = Tally()
    stretches = [(_Point(0, None), _Point(total, None))]
    while stretches:
        low, high = stretches.pop()
        width = high.offset - low.offset
        if stretch(resource.ours(store), resource, low.key, high.key).count() == width:
            continue
        if width <= resource.page_size:
            page = resource.page(offset=low.offset, limit=max(width, 1), **resource.everything)
            tally += save_and_compare(store, resource, page, low.key, high.key)
            continue
        middle = (low.offset + high.offset - resource.page_size) // 2
        page = resource.page(offset=middle, limit=resource.page_size, **resource.everything)
        if page.items:  # If not, the list shrank meanwhile: the next pass sees a total to start from.
            first = _Point(middle, resource.key(page.items[0]))
            beyond = _Point(page.next_offset, after(resource.key(page.items[-1])))
            tally += save_and_compare(store, resource, page, first.key, beyond.key)
            stretches += [(beyond, high), (low, first)]
    return tally
