"""A database in which every table has rows of two stores, for the tests of row-level security."""

from collections.abc import Iterator

import psycopg
import pytest
from django.apps import apps
from django.db import connection
from psycopg import Connection, sql

from arportal.local.postgres import SUPERUSER
from arportal.stores import row_security
from tests.copies import FILLED, Copy
from tests.database import ROLE, WEB_ROLE

# What a column that must be filled holds in the row number {0}; all other types of our columns take a number.
FILLING = {
    "boolean": "false",
    "bytea": "''",
    "date": "now()",
    "interval": "'1 day'",
    "jsonb": "'{{}}'",
    "timestamp with time zone": "now()",
    "uuid": "gen_random_uuid()",
    "ARRAY": "'{{}}'",
    "inet": "'::1'",
    "short text": "'xx'",
}
TO_FILL = """SELECT column_name, CASE WHEN character_maximum_length < 3 THEN 'short text' ELSE data_type END
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = %s AND is_nullable = 'NO' AND column_default IS NULL
    AND is_generated = 'NEVER'"""
OTHER = 990
# No row that is there has such an id.
BEYOND = 10**9


@pytest.fixture(scope="module")
def two_stores(django_db_setup: None) -> Iterator[Copy]:
    """The demo store, and another one with a single row in every table; no rule but row security is left."""
    database = Copy(f"{connection.settings_dict['NAME']}_two", FILLED)
    database.renew()
    with psycopg.connect(database.url.replace(f"//{ROLE}@", f"//{SUPERUSER}@")) as session:
        session.execute("SET session_replication_role = replica")
        session.execute(f"GRANT SELECT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {WEB_ROLE}")
        for table in tables():
            session.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            for (name,) in session.execute(
                "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass", [table]
            ).fetchall():
                session.execute(
                    sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(
                        sql.Identifier(table), sql.Identifier(name)
                    )
                )
            demo = session.execute("SELECT min(id) FROM stores_store").fetchone()[0]
            if table != "stores_store":
                _fill(session, table, OTHER + 1, demo)
            _fill(session, table, OTHER, OTHER)
    yield database
    database.drop()


def tables() -> list[str]:
    return sorted({policy.table for policy in row_security.policies()})


def key_of(table: str) -> str:
    return next(model._meta.pk.column for model in apps.get_models() if model._meta.db_table == table)


def _fill(session: Connection, table: str, number: int, store: int) -> None:
    """A row of the store, which hangs on rows with this number."""
    columns = dict(session.execute(TO_FILL, [table]).fetchall())
    values = {
        name: str(BEYOND + number) if kind == "bigint" else FILLING.get(kind, "'{0}'").format(number)
        for name, kind in columns.items()
    }
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    keys = [field.column for field in model._meta.concrete_fields if field.is_relation or field.primary_key]
    for column in {*keys, key_of(table)} & {*columns, key_of(table)}:
        is_uuid = columns.get(column) == "uuid"
        values[column] = f"'00000000-0000-0000-0000-{number:012}'" if is_uuid else str(BEYOND + number)
    if "store_id" in values:
        values["store_id"] = str(store)
    if table == "stores_store":
        values["id"] = str(store)
    names, filled = ", ".join(f'"{name}"' for name in values), ", ".join(values.values())
    session.execute(
        f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE VALUES ({filled}) ON CONFLICT DO NOTHING"
    )
