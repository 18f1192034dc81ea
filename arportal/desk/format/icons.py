"""Lucide icons as strings, drawn once per process: the template tag alone would draw them anew every time."""

from functools import cache

from django.utils.safestring import SafeString
from lucide.jinja import lucide


@cache
def icon(name: str, size: int = 16) -> SafeString:
    """A decorative icon, hidden from screen readers: the word beside it says what it means."""
    # Not mark_safe, which leaves Jinja's kind of safe text as it is: markup.py would escape that.
    return SafeString(lucide(name, size=size, aria_hidden="true"))
