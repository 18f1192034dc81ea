"""Escaping for cells, which are made by the hundred: Django's format_html without its care for lazy strings."""

from html import escape
from typing import Any

from django.utils.safestring import SafeString


def escaped(value: Any) -> str:
    """Safe strings as they are, all else escaped."""
    return value if isinstance(value, SafeString) else escape(str(value))


def markup(template: str, *values: Any) -> SafeString:
    """The template's {} filled with the escaped values."""
    return SafeString(template.format(*[escaped(value) for value in values]))


def two_lines(url: str, words: str, *under: str) -> SafeString:
    """A link, and below it on narrow screens what their hidden columns would say."""
    below = "".join([f"<div>{escaped(line)}</div>" for line in under if line])
    first = f'<div class="nowrap"><a href="{url}">{escaped(words)}</a></div>'
    return SafeString(f'{first}<div class="under only-narrow">{below}</div>')
