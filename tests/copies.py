"""Databases that are copies of another one: a copy is made in no time, to migrate and fill one takes many seconds."""

import fcntl
import hashlib
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from arportal.local.postgres import programs
from tests.database import DIRECTORY, URL

FILLED = "arportal_filled"
ROOT = Path(__file__).parent.parent
# Migrated tables from one run to the next; `make clean` forgets them.
KEPT = ROOT / ".pytest_cache" / "migrated"


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
        filled = Copy(FILLED, "template1")
        filled.renew()
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(connection.settings_dict, "NAME", FILLED)
            migrate(filled.url)
            fill()
            connection.close()
        done.write("yes")


def migrate(url: str) -> None:
    """Migrates the empty database at `url`, which takes twenty seconds, or has it from an earlier run.

    Only the embedded server's programs surely fit their server.
    """
    kept = KEPT / f"{_state_of_migrations()}.sql"
    is_embedded = os.environ["DATABASE_URL"] == URL
    if is_embedded and kept.exists():
        _run_program("psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--file={kept}", url)
        return
    call_command("migrate", verbosity=0)
    if is_embedded:
        KEPT.mkdir(parents=True, exist_ok=True)
        for old in KEPT.glob("*.sql"):
            old.unlink(missing_ok=True)
        # Two runs at a time may both be here: only a whole file gets the name.
        part = KEPT / f"{os.getpid()}.part"
        _run_program("pg_dump", f"--file={part}", url)
        part.rename(kept)


def _run_program(name: str, *options: str) -> None:
    subprocess.run([programs() / name, *options], check=True, capture_output=True)


def _state_of_migrations() -> str:
    """A name for all that says what the migrated tables are: migrations and models, the libraries' own, and the role
    that may use them."""
    code = ROOT / "arportal"
    ours = sorted(
        [*code.glob("*/migrations/*.py"), *code.glob("*/models/**/*.py"), *code.glob("*/models.py")]
    )
    digest = hashlib.sha256(settings.WEB_ROLE.encode())
    for path in (ROOT / "requirements.lock", code / "stores" / "row_security.py", *ours):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
