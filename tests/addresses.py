"""Every address there is, from the resolver itself."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLResolver, get_resolver

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
API = "/api/"
# Name, pattern such as `/s/<slug:slug>/invoices/<int:invoice_id>/`, and the methods it is known to take.
Address = tuple[str, str, tuple[str, ...]]


def addresses() -> Iterator[Address]:
    """Those that people open; tests/rest/ has its own of the API."""
    return (address for address in every_address() if not address[1].startswith(API))


def api_addresses() -> Iterator[Address]:
    return (address for address in every_address() if address[1].startswith(API))


def every_address(patterns: list[Any] | None = None, before: str = "") -> Iterator[Address]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if isinstance(pattern, URLResolver):
            yield from every_address(pattern.url_patterns, route)
        else:
            # Of a regular expression the names of its groups.
            route = re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", route)
            yield pattern.name or route, f"/{route}", getattr(pattern.callback, "methods", METHODS)
