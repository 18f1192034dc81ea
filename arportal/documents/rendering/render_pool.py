"""Worker processes that render PDFs: a job takes a core of its own, cannot hold one for longer than `SECONDS`, and
cannot take whoever asked for it down with it. Like `worker.py` it knows neither Django nor a database."""

import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import connection, parent_process
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any

from arportal.documents.rendering.render_job import Rendered, RenderJob

SECONDS = 60
# Bounds what a long life may pile up in fonts and memory.
JOBS_A_PROCESS = 500


class RenderFailed(Exception):
    """The worker that rendered it died, or was ended after `SECONDS`."""


class RenderPool:
    """So many workers, started when the first job comes and replaced when one has died; for all threads."""

    def __init__(self, processes: int, *, seconds: int = SECONDS) -> None:
        self._processes = processes
        self._seconds = seconds
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

    def render(self, job: RenderJob) -> Rendered:
        """The PDF; others are rendered beside it. Raises RenderFailed, and OSError for a missing library."""
        with self._lock:
            pool = self._pool = self._pool or _pool_of(self._processes)
        with suppress(BrokenProcessPool):
            return pool.submit(_render, job, self._seconds).result()
        # One job brought the others down with it: each goes again, alone, so that only the culprit fails.
        with self._lock:
            if self._pool is pool:
                self._pool = None
        pool.shutdown(wait=False)
        with _pool_of(1) as alone:
            try:
                return alone.submit(_render, job, self._seconds).result()
            except BrokenProcessPool as broken:
                raise RenderFailed from broken

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown()


class _Worker(SpawnProcess):
    """A web server's worker is a child itself, and before such a one ends it waits for its own children; those of a
    pool would never end by themselves. Daemons are ended instead."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more, daemon=True)


class _Afresh(SpawnContext):
    """Processes that are no copy of this one, with its database connections and its threads' locks."""

    Process = _Worker


def _pool_of(processes: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, _Afresh(), _begin, max_tasks_per_child=JOBS_A_PROCESS)


def _begin() -> None:
    """A worker takes nobody's Ctrl-C for its own, and does not outlive its parent, however that ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
    os._exit(1)


def _render(job: RenderJob, seconds: int) -> Rendered:
    # Loaded in the workers alone: it takes a while and much memory.
    from arportal.documents.rendering.worker import render_pdf

    # The system ends who takes too long, whatever it is doing at that time.
    signal.alarm(seconds)
    try:
        return render_pdf(job)
    finally:
        signal.alarm(0)
