"""The store's request budget: so many in 60 seconds, shared by everybody, told in the API's own prose (2.6)."""

import threading
from dataclasses import dataclass, field

from arportal.sandbox import clock

SECONDS = 60


@dataclass
class Budget:
    """One window of 60 s that starts with its first request; None allows everything and says nothing."""

    allocated: int | None
    _started: float = -1.0
    _used: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def spend(self) -> tuple[bool, dict[str, str]]:
        """Take one request: is it allowed, and the headers of its answer."""
        if self.allocated is None:
            return True, {}
        with self._lock:
            now = clock.now()
            if not self._started <= now < self._started + SECONDS:
                self._started, self._used = now, 0
            allowed = self._used < self.allocated
            self._used += allowed
            return allowed, self._headers(self.allocated, self._started + SECONDS - now)

    def _headers(self, allocated: int, left: float) -> dict[str, str]:
        return {
            "X-Requests-Allocated": f"{allocated} times/{SECONDS} s",
            "X-Requests-Remaining": f"{allocated - self._used} times",
            "X-Requests-Window-Length": f"{self._used} times",
            "X-Request-Window-Resets-After": f"{left} s",
        }

    def reset(self) -> None:
        with self._lock:
            self._started, self._used = -1.0, 0


store = Budget(150)
hierarchy = Budget(15)  # GET hierarchy has a smaller budget of its own


def configure(allocated: int | None) -> None:
    store.allocated = allocated
    hierarchy.allocated = None if allocated is None else 15


def reset() -> None:
    store.reset()
    hierarchy.reset()
