"""The journeys' own database, so that nothing they do is left in the one the other tests of a worker share."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import connection, connections

from tests.copies import Copy

Answer = TypeVar("Answer")


@contextmanager
def own_database() -> Iterator[Copy]:
    """A copy of the worker's database, to be renewed for each journey; while it lasts, our own code in this process
    sees it too."""
    settings = connection.settings_dict
    database = Copy(f"{settings['NAME']}_journeys", settings["NAME"])
    connection.close()
    settings["NAME"] = database.name
    try:
        yield database
    finally:
        settings["NAME"] = database.source
        database.drop()


def apart(function: Callable[..., Answer], *args: Any, **more: Any) -> Answer:
    """Calls our own code in a thread that has no event loop, which Django insists on."""

    def called() -> Answer:
        try:
            return function(*args, **more)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(called).result()
