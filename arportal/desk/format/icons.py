"""Lucide icons as strings, drawn once per process: the template tag alone would draw them anew every time."""

from functools import cache

from django.utils.safestring import SafeString, mark_safe
from lucide.jinja import lucide


@cache
def icon(name: str, size: int = 16) -> SafeString:
    """A decorative icon, hidden from screen readers: the word beside it says what it means."""
    # Jinja's kind of safe text made into Django's: our cells would escape the other.
    return mark_safe(str(lucide(name, size=size, aria_hidden="true")))  # noqa: S308 - drawn by the library
