"""A visit to a store: the client, a raw transport for what the client would not send, and the right to say no."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from arportal.b2b.client import Client
from arportal.b2b.errors import B2BError
from arportal.b2b.transport import Transport


@dataclass(frozen=True)
class Visit:
    """`stranger` has the token with another store's hash.

    `agree` is asked before every write and every burst of requests; only True lets it happen.
    """

    client: Client
    transport: Transport
    stranger: Transport
    agree: Callable[[str], bool]


@dataclass(frozen=True)
class Question:
    """`number` is that of the contract's section 7; `ask` yields the answer line by line."""

    number: int
    title: str
    ask: Callable[[Visit], Iterable[str]]


def outcome(act: Callable[[], Any]) -> str:
    """What came of it in one line, refusals included."""
    try:
        return f"answered {act()}"
    except B2BError as error:
        return f"{type(error).__name__} {error.status or ''}: {error.message}"


def kind(raw: Any, key: str) -> str:
    """A raw field with its JSON type, or that it is absent."""
    if key not in raw:
        return f"{key}: absent"
    return f"{key}: {type(raw[key]).__name__} {str(raw[key])[:60]!r}"
