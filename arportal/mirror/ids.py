"""Ids as people, addresses and the store's own texts write them."""

from collections.abc import Iterable

# Every number of so many digits fits where the database keeps ids.
MOST_DIGITS = 18


def id_in(text: str) -> int | None:
    """The id; None for what is none: no number, or one so long that no row can have it."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None


def ids_in(texts: Iterable[str]) -> list[int]:
    """Those of the texts that are ids."""
    return [found for text in texts if (found := id_in(text)) is not None]
