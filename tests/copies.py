"""Databases that are copies of another one: a copy is made in no time, to migrate and fill one takes many seconds."""

import fcntl
import os
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from tests.database import DIRECTORY

FILLED = "arportal_filled"


class Copy:
    """A database `name` that is made of the database `source`, to which nobody may be connected then."""

    def __init__(self, name: str, source: str) -> None:
        self.name, self.source = name, source
        self._server = os.environ["DATABASE_URL"]

    @property
    def url(self) -> str:
        return urlsplit(self._server)._replace(path=f"/{self.name}").geturl()

    def renew(self) -> None:
        """Makes it anew, whoever is still connected to the one before."""
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


def fill_once(fill: Callable[[], object]) -> None:
    """Makes the database FILLED, of which all workers have copies: migrated and then filled by `fill`, by the first
    worker that gets here."""
    with (DIRECTORY / "filled").open("a+") as done:
        fcntl.flock(done, fcntl.LOCK_EX)
        if done.seek(0, os.SEEK_END):
            return
        name = connection.settings_dict["NAME"]
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(connection.settings_dict["TEST"], "NAME", FILLED)
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            fill()
            # It is kept, and its connection closed.
            connection.creation.destroy_test_db(name, verbosity=0, keepdb=True)
        done.write("yes")
