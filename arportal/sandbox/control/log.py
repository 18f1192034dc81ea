"""The log of requests: what was asked, when, and what became of it."""

import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

KEEP = 20_000


@dataclass
class Entry:
    """One request; at is the sandbox's clock, ms how long the answer took, body only for writes.

    commit says of a fault whether the request was carried out all the same.
    """

    id: int
    at: float
    method: str
    path: str
    query: str
    body: Any
    status: int | None = None
    ms: float | None = None
    fault: str | None = None
    commit: bool | None = None


_entries: deque[Entry] = deque(maxlen=KEEP)
_lock = threading.Lock()
_next = 1


def add(*, at: float, method: str, path: str, query: str, body: Any) -> Entry:
    global _next
    with _lock:
        entry = Entry(id=_next, at=at, method=method, path=path, query=query, body=body)
        _next += 1
        _entries.append(entry)
    return entry


def entries(after: int = 0) -> list[Entry]:
    """Those whose id is larger, oldest first."""
    with _lock:
        return [entry for entry in _entries if entry.id > after]


def clear() -> None:
    with _lock:
        _entries.clear()
