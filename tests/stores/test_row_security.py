"""The database's own lock: the web server's role sees the rows of the store in scope, and nothing without one."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper
from django.test import Client
from psycopg import Connection, sql

from arportal.local.postgres import SUPERUSER
from arportal.stores import row_security, scope
from arportal.stores.models import Membership, Role, Store, User
from tests.confined import confined_requests
from tests.copies import FILLED, Copy
from tests.database import ROLE, WEB_ROLE, confined

# Of people and of the machinery; no row of these is a store's.
OF_NO_STORE = {
    "auth_group",
    "auth_permission",
    "desk_keptform",
    "django_content_type",
    "django_session",
    "account_emailaddress",
    "account_emailconfirmation",
    "mfa_authenticator",
    "procrastinate_events",
    "procrastinate_jobs",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
    "stores_user",
}
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
}
TO_FILL = """SELECT column_name, data_type FROM information_schema.columns
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
        for table in _tables():
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


def test_a_store_sees_its_own_rows_and_without_a_store_nobody_sees_any(two_stores: Copy) -> None:
    wrong = []
    with psycopg.connect(two_stores.url) as owner, psycopg.connect(confined(two_stores.url)) as web:
        demo = owner.execute("SELECT min(id) FROM stores_store").fetchone()[0]
        for table in _tables():
            total = owner.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for store, rows in ((None, 0), (OTHER, 1), (demo, total - 1)):
                web.execute(scope.RENAME, [str(scope.Scope(store=store))])
                key = _key(table)
                seen = [
                    web.execute(f"SELECT count(*) FROM {table}").fetchone()[0],
                    web.execute(f"UPDATE {table} SET {key} = {key}").rowcount,
                    web.execute(f"DELETE FROM {table}").rowcount,
                ]
                web.rollback()
                if seen != [rows, rows, rows] or total < 2:
                    wrong.append((table, store, rows, seen))
    assert not wrong


def test_a_row_is_not_moved_to_another_store(two_stores: Copy) -> None:
    refused, direct = (
        set(),
        {policy.table for policy in row_security.policies() if policy.shows.startswith("store_id")},
    )
    with psycopg.connect(confined(two_stores.url)) as web:
        for table in direct:
            web.execute(scope.RENAME, [str(scope.Scope(store=OTHER))])
            try:
                web.execute(f"UPDATE {table} SET store_id = {OTHER + 7}")
            except psycopg.errors.InsufficientPrivilege:
                refused.add(table)
            web.rollback()
    assert refused == direct


def test_the_role_cannot_open_the_lock(two_stores: Copy) -> None:
    wrong = []
    with psycopg.connect(confined(two_stores.url)) as web:
        web.execute("SELECT 1")
        for statement in (
            "ALTER TABLE mirror_invoice DISABLE ROW LEVEL SECURITY",
            "DROP POLICY own_store ON mirror_invoice",
            "ALTER TABLE receivables_ledgerentry DISABLE TRIGGER append_only",
            "TRUNCATE receivables_ledgerentry",
            f"SET ROLE {ROLE}",
            "SET row_security = off; SELECT count(*) FROM mirror_invoice",
        ):
            try:
                web.execute(statement)
                wrong.append(statement)
            except psycopg.errors.InsufficientPrivilege:
                web.rollback()
    assert not wrong


def test_what_is_sealed_is_not_the_roles_to_change(db: None) -> None:
    held = {
        (table, right)
        for table, rights in row_security.WITHHELD.items()
        for right in rights.split(", ")
        if _may(table, right)
    }
    assert not held
    assert _may("stores_activity", "INSERT")
    assert _may("receivables_change", "UPDATE")


def _may(table: str, right: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, %s, %s)", [WEB_ROLE, table, right])
        return bool(cursor.fetchone()[0])


def test_every_table_belongs_to_a_store_or_is_named_here() -> None:
    managed = {model._meta.db_table for model in apps.get_models()}
    assert managed - set(_tables()) == OF_NO_STORE


def test_after_another_migration_nothing_is_made_anew(store: Store) -> None:
    with connection.cursor() as cursor:
        before = set(row_security._present(cursor))
        row_security.lock()
        assert set(row_security._present(cursor)) == before == set(row_security.policies())


def test_a_connection_from_the_pool_carries_nobody_over(two_stores: Copy, monkeypatch) -> None:
    monkeypatch.setattr(settings, "IS_CONFINED", True)
    details = connection.settings_dict | {"NAME": two_stores.name, "USER": confined("//arportal@")[2:-1]}
    pooled = DatabaseWrapper(details | {"OPTIONS": {"pool": {"min_size": 1, "max_size": 1}}})
    names = []
    try:
        for number in range(3):
            with pooled.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid(), current_setting('application_name')")
                names.append(cursor.fetchone())
                cursor.execute(scope.RENAME, [str(scope.Scope(number, OTHER))])
            pooled.close()
    finally:
        pooled.close_pool()
    assert len({pid for pid, _name in names}) == 1
    assert {name for _pid, name in names} == {"arportal"}


def test_pages_of_stores_of_nobody_and_of_strangers(
    store: Store, clerk: Membership, browse: Callable[[Membership], Client]
) -> None:
    """Those that look for a store before a person is known to be in one."""
    other = Store.objects.create(
        slug="other", name="Other books", store_hash="o", encrypted_token=store.encrypted_token
    )
    third = Store.objects.create(
        slug="third", name="Third books", store_hash="t", encrypted_token=store.encrypted_token
    )
    stranger = User.objects.create_user("stranger@example.com", "none")
    Membership.objects.create(user=stranger, store=third, role=Role.CLERK)
    Membership.objects.create(user=clerk.user, store=other, role=Role.VIEWER)
    with confined_requests():
        browser = browse(clerk)
        overview = browser.get("/s/demo/").content.decode()
        assert "Other books" in overview
        assert "Third books" not in overview
        assert browser.get("/").headers["Location"] == "/s/demo/"
        assert "Demo store" in browser.get("/s/demo/nothing/").content.decode()
        assert [browser.get(f"/s/{slug}/").status_code for slug in ("other", "third", "none")] == [
            200,
            404,
            404,
        ]
        problems = Client().get("/readyz").json()["problems"]
        assert any(f"store {other.pk} " in problem for problem in problems)
        assert Client().post("/hooks/none/", {}).status_code == 404


def _tables() -> list[str]:
    return sorted({policy.table for policy in row_security.policies()})


def _key(table: str) -> str:
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
    for column in {*keys, _key(table)} & {*columns, _key(table)}:
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
