"""Processes that print: a sheet takes a core of its own, cannot hold one for longer than `SECONDS`, and cannot
take whoever asked for it down with it. Like `press.py` it knows neither Django nor a database."""

import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection, parent_process
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any

from arportal.documents.rendering.sheets import Printed, Sheet

SECONDS = 60
# Bounds what a long life may pile up in fonts and memory.
SHEETS_A_PROCESS = 500


class Unprintable(Exception):
    """The process that printed it died, or was ended after `SECONDS`."""


class Presses:
    """So many processes, started when the first sheet comes and replaced when one has died; for all threads."""

    def __init__(self, processes: int, *, seconds: int = SECONDS) -> None:
        self._processes, self._seconds = processes, seconds
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

    def print(self, sheet: Sheet) -> Printed:
        """Waits for the PDF while others are printed beside it. Raises Unprintable, OSError for a missing library."""
        pool = self._running()
        try:
            return pool.submit(_print, sheet, self._seconds).result()
        except BrokenProcessPool:
            # One sheet brought the others down with it: each goes again, alone, so that only the culprit fails.
            self._discard(pool)
            return _print_alone(sheet, self._seconds)

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown()

    def _running(self) -> ProcessPoolExecutor:
        with self._lock:
            self._pool = self._pool or _pool_of(self._processes)
            return self._pool

    def _discard(self, broken: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._pool is broken:
                self._pool = None
        broken.shutdown(wait=False)


def _print_alone(sheet: Sheet, seconds: int) -> Printed:
    with _pool_of(1) as alone:
        try:
            return alone.submit(_print, sheet, seconds).result()
        except BrokenProcessPool as broken:
            raise Unprintable from broken


class _Press(SpawnProcess):
    """A web server's worker is a child itself, and before such a one ends it waits for its own children; those of a
    pool would never end by themselves. Daemons are ended instead."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more, daemon=True)


class _Afresh(SpawnContext):
    """Not as a copy of this process, with its database connections and its threads' locks."""

    Process = _Press


def _pool_of(processes: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, _Afresh(), _begin, max_tasks_per_child=SHEETS_A_PROCESS)


def _begin() -> None:
    """A press takes nobody's Ctrl-C for its own, and does not outlive its parent, however that ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
    os._exit(1)


def _print(sheet: Sheet, seconds: int) -> Printed:
    # Loaded in the presses alone: it takes a while and much memory.
    from arportal.documents.rendering.press import print_sheet

    # The system ends who takes too long, whatever it is doing at that time.
    signal.alarm(seconds)
    try:
        return print_sheet(sheet)
    finally:
        signal.alarm(0)
