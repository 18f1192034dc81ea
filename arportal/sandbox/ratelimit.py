"""The store's request budget: so many in 60 seconds, shared by everybody, told in the API's own prose (2.6).

A test that has less time than that may ask for a shorter minute.
"""

import threading
from dataclasses import dataclass, field

from arportal.sandbox.requests import clock

SECONDS = 60


@dataclass
class Budget:
    """One window of so many seconds that starts with its first request; None allows everything and says nothing."""

    allocated: int | None
    seconds: float = SECONDS
    _started: float = -1.0
    _used: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def spend(self) -> tuple[bool, dict[str, str]]:
        """Take one request: True if it is allowed, and the headers of its answer."""
        if self.allocated is None:
            return True, {}
        with self._lock:
            now = clock.now()
            # A window that lies ahead is one from before the clock was set back.
            if not self._started <= now < self._started + self.seconds:
                self._started = now
                self._used = 0
            allowed = self._used < self.allocated
            self._used += allowed
            return allowed, {
                "X-Requests-Allocated": f"{self.allocated} times/{self.seconds:g} s",
                "X-Requests-Remaining": f"{self.allocated - self._used} times",
                "X-Requests-Window-Length": f"{self._used} times",
                "X-Request-Window-Resets-After": f"{self._started + self.seconds - now} s",
            }

    def reset(self) -> None:
        with self._lock:
            self._started = -1.0
            self._used = 0


store = Budget(150)
hierarchy = Budget(15)  # GET hierarchy has a smaller budget of its own
_at_start: int | None = 150


def configure(allocated: int | None) -> None:
    """The limit from the start on, and again after a reset."""
    global _at_start
    _at_start = allocated
    change(allocated)


def change(allocated: int | None, seconds: float = SECONDS) -> None:
    """Another limit, and a window that begins anew."""
    for budget, share in ((store, 1), (hierarchy, 10)):
        budget.allocated = None if allocated is None else max(1, allocated // share)
        budget.seconds = seconds
        budget.reset()


def reset() -> None:
    change(_at_start)
