"""The journeys' own database, so that nothing they do is left in the one the other tests of a worker share."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, LiteralString, TypeVar

import psycopg
from django.db import connection, connections
from psycopg import sql

from tests.copies import Copy

Answer = TypeVar("Answer")


TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
COLUMNS = """SELECT attname FROM pg_attribute
    WHERE attrelid = ('public.' || %s)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"""
# Of the tables with triggers, some refuse that a row goes, others note that one has come.
WITH_TRIGGERS = (
    "SELECT DISTINCT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal"
)
DISABLE, ENABLE = "ALTER TABLE {table} DISABLE TRIGGER USER", "ALTER TABLE {table} ENABLE TRIGGER USER"
KEEP = "CREATE UNLOGGED TABLE kept.{table} AS TABLE public.{table}"
DELETE = """DELETE FROM public.{table} AS now
    WHERE NOT EXISTS (SELECT FROM kept.{table} AS before WHERE before::text = now::text)"""
INSERT = """INSERT INTO public.{table} ({columns}) OVERRIDING SYSTEM VALUE
    SELECT {columns} FROM kept.{table} AS before
    WHERE NOT EXISTS (SELECT FROM public.{table} AS now WHERE before::text = now::text)"""


class KeptDatabase(Copy):
    """A copy that can go back to what it held once, in a fifth of the time that it takes to make it anew."""

    def keep(self) -> None:
        """Lays a table with the rows of now beside each of its own, in the schema `kept`."""
        with psycopg.connect(self.url) as session:
            tables = [name for (name,) in session.execute(TABLES)]
            columns = {name: [column for (column,) in session.execute(COLUMNS, [name])] for name in tables}
            session.execute("CREATE SCHEMA kept")
            for table in tables:
                session.execute(_filled_in(KEEP, table, columns[table]))
            # All that is too much goes before anything comes back.
            rows = [_filled_in(text, table, columns[table]) for text in (DELETE, INSERT) for table in tables]
            noticing = [name for (name,) in session.execute(WITH_TRIGGERS)]
            off, on = ([_filled_in(text, table, []) for table in noticing] for text in (DISABLE, ENABLE))
            # A table with checks still to come cannot have its triggers back.
            later, now = (sql.SQL(f"SET CONSTRAINTS ALL {when}") for when in ("DEFERRED", "IMMEDIATE"))
            self._restoring = sql.SQL("; ").join([later, *off, *rows, now, *on])

    def restore(self) -> None:
        """Touches only rows that have changed since. Numbers go on, as they do after a transaction rolled back."""
        with psycopg.connect(self.url) as session:
            session.execute(self._restoring)


def _filled_in(text: LiteralString, table: str, columns: list[str]) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL(text).format(table=sql.Identifier(table), columns=names)


@contextmanager
def own_database() -> Iterator[KeptDatabase]:
    """A copy of the worker's database, which each journey finds as it was kept.

    While it lasts, our own code in this process sees it too.
    """
    settings = connection.settings_dict
    database = KeptDatabase(f"{settings['NAME']}_journeys", settings["NAME"])
    connection.close()
    database.renew()
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
