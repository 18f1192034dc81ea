"""The sandbox's own clock: the machine's, moved by what PUT /_sandbox/clock or --today say."""

import time

_start = 0.0
_offset = 0.0


def now() -> float:
    return time.time() + _offset


def seconds() -> int:
    return int(now())


def advance(by: float) -> None:
    global _offset
    _offset += by


def move_to(moment: float) -> None:
    global _offset
    _offset = moment - time.time()


def start_at(moment: float) -> None:
    """Set the moment at which the clock begins, and to which a reset returns."""
    global _start
    move_to(moment)
    _start = _offset


def reset() -> None:
    global _offset
    _offset = _start
