"""Lists that are longer than one answer."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from logging import getLogger
from typing import Generic, TypeVar

from arportal.b2b.errors import InvalidRequest, InvalidResponse

T = TypeVar("T")
logger = getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The answer to one request: `items` exactly as the API filtered them, `total` if it told one.

    `offset` is where the page starts, `limit` what the API says it allowed (else what was asked). A record that
    makes no sense does not spoil the others: it is left out, and `unreadable` says which and why.
    """

    items: tuple[T, ...]
    total: int | None
    offset: int
    limit: int
    unreadable: tuple[InvalidResponse, ...] = ()

    @property
    def next_offset(self) -> int:
        return self.offset + len(self.items) + len(self.unreadable)


class Listing(Generic[T]):
    """All records of a list, fetched page by page while being iterated; each iteration starts afresh.

    Offsets shift while the store changes, so a record met twice is given once. The API's filters are fuzzy or
    ignored, so `keep` decides again, exactly. Ends at an empty page or at the total the API tells.
    """

    def __init__(
        self,
        fetch: Callable[[int, int], Page[T]],
        key: Callable[[T], Hashable],
        page_size: int,
        keep: Callable[[T], bool] | None = None,
    ) -> None:
        self._fetch = fetch
        self._key = key
        self._page_size = page_size
        self._keep = keep

    def __iter__(self) -> Iterator[T]:
        seen: set[Hashable] = set()
        dropped = 0
        for page in self.pages():
            for item in page.items:
                key = self._key(item)
                if key in seen:
                    continue
                seen.add(key)
                if self._keep is None or self._keep(item):
                    yield item
                else:
                    dropped += 1
        if dropped:
            logger.info("the API's filter let %d other records through", dropped)

    def pages(self) -> Iterator[Page[T]]:
        """The pages as they come: neither de-duplicated nor filtered again."""
        offset = 0
        before = None
        while True:
            page = self._fetch(offset, self._page_size)
            if page.unreadable:  # Who iterates wants every record: leaving one out in silence would be a lie.
                raise page.unreadable[0]
            if not page.items:
                return
            keys = [self._key(item) for item in page.items]
            # An API that ignores the offset would be read for ever.
            if keys == before:
                raise InvalidResponse(f"the page at offset {offset} repeats the one before it")
            yield page
            offset = page.next_offset
            before = keys
            # Not every list tells a total; those end with an empty page.
            if page.total is not None and offset >= page.total:
                return

    def first(self) -> T | None:
        """The first record, or None: fetches no more pages than it needs."""
        return next(iter(self), None)


def bounds(offset: int, limit: int, longest: int) -> dict[str, int]:
    """The query of one page; a limit above `longest` would be answered with 413."""
    if offset < 0 or not 1 <= limit <= longest:
        raise InvalidRequest(f"offset must be 0 or more and limit 1 to {longest}")
    return {"offset": offset, "limit": limit}
