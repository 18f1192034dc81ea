"""Addresses of the desk's pages, cheap enough to build in every cell of a list."""

from functools import lru_cache

from django.urls import reverse


@lru_cache(maxsize=4096)
def _around_id(page: str, slug: str) -> tuple[str, str]:
    before, _zero, after = reverse(f"desk:{page}", args=[slug, 0]).rpartition("0")
    return before, after


def link(page: str, slug: str, api_id: int | None = None) -> str:
    """The address of a page of the store at `slug`, or of the thing with that API id on it."""
    if api_id is None:
        return reverse(f"desk:{page}", args=[slug])
    before, after = _around_id(page, slug)
    return f"{before}{api_id}{after}"
