"""The browser contexts of a run, which one journey after the other borrows: each has processes of its own."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext

from tests.journeys.flaws import DESKTOP
from tests.journeys.witness import Witness

PATIENCE = 15_000  # milliseconds; on a busy machine a page may take that


class Contexts:
    """Options → the contexts made with them that nobody uses now."""

    def __init__(self, chromium: Browser, address: str) -> None:
        self._chromium, self.address = chromium, address
        self._idle: dict[str, list[tuple[BrowserContext, Witness]]] = defaultdict(list)

    @contextmanager
    def lent(self, *, is_kept: bool = True, **options: Any) -> Iterator[BrowserContext]:
        """One without pages and cookies; at the end all that it was sent is judged.

        What cannot be undone in a context, such as a clock that was put in, must not be kept.
        """
        idle = self._idle[repr(options)]
        context, witness = idle.pop() if idle else self._made(options)
        yield context
        for page in context.pages:
            page.close()
        if is_kept:
            context.clear_cookies()
            idle.append((context, witness))
        else:
            context.close()
        witness.judge(self.address)

    def _made(self, options: dict[str, Any]) -> tuple[BrowserContext, Witness]:
        usual: dict[str, Any] = {
            "base_url": self.address,
            "viewport": DESKTOP,
            "locale": "en-GB",
            # Colours are judged as soon as they are there, not on their way.
            "color_scheme": "light",
            "reduced_motion": "reduce",
        }
        context = self._chromium.new_context(**usual | options)
        context.set_default_timeout(PATIENCE)
        return context, Witness(context)
