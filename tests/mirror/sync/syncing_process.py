"""A process that syncs, for tests that kill it. It is told everything, for it shares nothing with the test."""

import time
from multiprocessing import connection as pipes
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from typing import Any

import django
from django.apps import apps

if not apps.ready:
    django.setup()

from django.db import connection

from arportal.mirror.sync.sync import SyncUnderWay, sync
from arportal.stores.models import Store
from tests.mirror.sync.lives import short_pages

# Every process is a fork of one that has this module imported: starting it takes milliseconds.
_processes = get_context("forkserver")
_processes.set_forkserver_preload(["pytest", __name__])


def start(database: str, slug: str) -> tuple[BaseProcess, pipes.Connection]:
    """A process that syncs the store once, in short pages, and the pipe on which it tells of each: (resource, done,
    total)."""
    listening, telling = _processes.Pipe(duplex=False)
    process = _processes.Process(target=_run, args=(database, slug, telling))
    process.start()
    telling.close()
    return process, listening


def _run(database: str, slug: str, telling: pipes.Connection) -> None:
    connection.settings_dict["NAME"] = database
    store = Store.objects.get(slug=slug)
    with short_pages():
        while not _synced(store, lambda *told: telling.send(told)):
            time.sleep(0.02)


def _synced(store: Store, report: Any) -> bool:
    """Not before the server has noticed that the process before was killed, and has let go of its lock."""
    try:
        return not sync(store, report=report).problem
    except SyncUnderWay:
        return False
