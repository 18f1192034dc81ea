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
