"""The switch that says that this request only shows a kept form once more (desk/site/shown_again.py)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_is_showing: ContextVar[bool] = ContextVar("a kept form is shown again", default=False)


def is_showing() -> bool:
    """True while nothing may be done: forms are not valid then, and verbs are not asked for."""
    return _is_showing.get()


@contextmanager
def showing() -> Iterator[None]:
    token = _is_showing.set(True)
    try:
        yield
    finally:
        _is_showing.reset(token)
