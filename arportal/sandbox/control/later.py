"""Work that is done after its request was answered: the fault delayed_commit."""

import threading
from collections.abc import Callable

_timers: list[threading.Timer] = []
_lock = threading.Lock()


def run(seconds: float, work: Callable[[], object]) -> None:
    timer = threading.Timer(seconds, work)
    timer.daemon = True
    with _lock:
        _timers[:] = [running for running in _timers if running.is_alive()]
        _timers.append(timer)
        timer.start()


def forget() -> None:
    """Give up what has not happened yet; a reset starts from the seeded state."""
    with _lock:
        for timer in _timers:
            timer.cancel()
        _timers.clear()
