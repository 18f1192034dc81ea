"""The address of a request, and the checks that keep a token from leaving for the wrong place."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from arportal.b2b.errors import InvalidRequest

BASE_URL = "https://api-b2b.bigcommerce.com/api/v3/io"
BIGCOMMERCE_URL = "https://api.bigcommerce.com"


def checked_base_url(url: str) -> str:
    """The address without its last slash; https, or http on this very machine, and nothing but scheme, host, path."""
    parts = urlsplit(url)
    if not parts.hostname or parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("the API address must look like https://host/path")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        raise ValueError("the API address must begin with https:// (http:// only on this machine)")
    return url.rstrip("/")


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def checked_credential(name: str, value: str) -> str:
    """A header value as it must be; the complaint never repeats it."""
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError(f"the {name} must be non-empty printable ASCII without spaces")
    return value


def path_id(value: int | str) -> str:
    """An id as part of a path: digits only, so that no id can change where a request goes."""
    digits = str(value)
    if not digits.isascii() or not digits.isdigit():
        raise InvalidRequest(f"{digits[:40]!r} is not an id")
    return digits
