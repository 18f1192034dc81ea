"""A visit to a store: the client, a raw transport for what the client would not send, and the right to say no."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from arportal.b2b.client import Client
from arportal.b2b.errors import B2BError
from arportal.b2b.http.transport import Transport
from arportal.b2b.probe.shapes import shape


@dataclass(frozen=True)
class Visit:
    """`wrong_store` has the token with another store's hash.

    `agree` is asked before every write and every burst of requests; only True lets it happen.
    """

    client: Client
    transport: Transport
    wrong_store: Transport
    agree: Callable[[str], bool]
    # Values of the store's customers are printed when asked for.
    shows_values: bool = False

    def shown(self, value: Any) -> str:
        return str(value)[:200] if self.shows_values else shape(value)


@dataclass(frozen=True)
class Question:
    """`number` is that of the contract's section 7; `ask` yields the answer line by line."""

    number: int
    title: str
    ask: Callable[[Visit], Iterable[str]]


def outcome(act: Callable[[], Any]) -> str:
    """One line about the answer to `act`, refusals included."""
    try:
        return f"answered {act()}"
    except B2BError as error:
        return f"{type(error).__name__} {error.status or ''}: {error.message}"


def kind(visit: Visit, raw: Any, key: str) -> str:
    """A raw field with its kind of value, or that it is absent."""
    return f"{key}: {visit.shown(raw[key])}" if key in raw else f"{key}: absent"
