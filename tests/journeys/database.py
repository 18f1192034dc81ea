"""The journeys' own database, so that nothing they do is left in the one the other tests of a worker share."""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit

import psycopg
from django.db import connection, connections
from psycopg import sql

Answer = TypeVar("Answer")


class Database:
    """A copy of the worker's test database as the cast has filled it; each journey begins with a fresh one."""

    def __init__(self, source: str) -> None:
        self.source, self.name = source, f"{source}_journeys"
        self._server = os.environ["DATABASE_URL"]

    @property
    def url(self) -> str:
        return urlsplit(self._server)._replace(path=f"/{self.name}").geturl()

    def renew(self) -> None:
        self.drop()
        self._run("CREATE DATABASE {} TEMPLATE {}", self.name, self.source)

    def drop(self) -> None:
        for _ in range(50):
            try:
                return self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)
            except psycopg.errors.InsufficientPrivilege:
                time.sleep(0.1)  # The server's own autovacuum is in it, and soon done.
        raise TimeoutError(f"{self.name} could not be dropped.")

    def _run(self, statement: str, *names: str) -> None:
        # Without Django, which refuses a database to the thread in which Playwright keeps an event loop.
        with psycopg.connect(self._server, autocommit=True) as server:
            server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def own_database() -> Iterator[Database]:
    """While it lasts, our own code in this process sees the journeys' database too."""
    settings = connection.settings_dict
    database = Database(settings["NAME"])
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
