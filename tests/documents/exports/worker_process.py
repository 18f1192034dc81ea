"""The worker in a process of its own, for tests that kill it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

import django
from django.apps import apps

if not apps.ready:
    django.setup()

from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app

from arportal.documents import tasks as documents_tasks  # noqa: F401 - so that it is imported once, not per process
from arportal.mirror import tasks

# Every process is a fork of one that has this module imported: starting it takes milliseconds.
_processes = get_context("forkserver")
_processes.set_forkserver_preload(["pytest", __name__])


@contextmanager
def worker(more: Mapping[str, object] | None = None) -> Iterator[BaseProcess]:
    """Works on this test's database until it is killed, at the latest by leaving the block; `more` are settings."""
    own = {"PDF_CACHE": settings.PDF_CACHE, **(more or {})}
    process = _processes.Process(target=_run, args=(connection.settings_dict["NAME"], own))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def half_a_minute_later() -> None:
    """As if dead workers had been silent for so long that their jobs are given to others."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    tasks.free_stalled.defer(timestamp=0)


def _run(database: str, own: Mapping[str, object]) -> None:
    connection.settings_dict["NAME"] = database
    for name, value in own.items():
        setattr(settings, name, value)
    with app.replace_connector(app.connector.get_worker_connector()) as working:
        working.run_worker(concurrency=4, fetch_job_polling_interval=0.2, install_signal_handlers=False)
