"""The database's own lock: the web server's role sees the rows of the store in scope, and nothing without one."""

from collections.abc import Callable
from contextlib import ExitStack

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper
from django.test import Client

from arportal.stores import row_security, scope
from arportal.stores.models import Membership, Role, Store, User
from tests.confined import confined_requests
from tests.copies import Copy
from tests.database import ROLE, WEB_ROLE, confined
from tests.stores.pgbouncer import PROGRAM, pgbouncer
from tests.stores.two_stores import OTHER, key_of, tables, two_stores

__all__ = ["two_stores"]

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


def test_a_store_sees_its_own_rows_and_without_a_store_nobody_sees_any(two_stores: Copy) -> None:
    wrong = []
    with psycopg.connect(two_stores.url) as owner, psycopg.connect(confined(two_stores.url)) as web:
        demo = owner.execute("SELECT min(id) FROM stores_store").fetchone()[0]
        for table in tables():
            total = owner.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for store, rows in ((None, 0), (OTHER, 1), (demo, total - 1)):
                web.execute(scope.Scope(store=store).sql)
                key = key_of(table)
                seen = [
                    web.execute(f"SELECT count(*) FROM {table}").fetchone()[0],
                    web.execute(f"UPDATE {table} SET {key} = {key}").rowcount,
                    web.execute(f"DELETE FROM {table}").rowcount,
                ]
                web.rollback()
                if seen != [rows, rows, rows] or total < 2:
                    wrong.append((table, store, rows, seen))
    assert not wrong


def test_a_person_in_no_store_sees_the_way_there_and_no_more(two_stores: Copy) -> None:
    with psycopg.connect(two_stores.url) as owner, psycopg.connect(confined(two_stores.url)) as web:
        person = owner.execute("SELECT min(user_id) FROM stores_membership").fetchone()[0]
        web.execute(scope.Scope(person=person).sql)
        counts = {table: web.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables()}
    assert {table: count for table, count in counts.items() if count} == {
        "stores_membership": 1,
        "stores_store": 1,
    }


def test_a_row_is_not_moved_to_another_store(two_stores: Copy) -> None:
    refused, direct = (
        set(),
        {policy.table for policy in row_security.policies() if policy.shows.startswith("store_id")},
    )
    with psycopg.connect(confined(two_stores.url)) as web:
        for table in direct:
            web.execute(scope.Scope(store=OTHER).sql)
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
    assert managed - set(tables()) == OF_NO_STORE


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
                cursor.execute(scope.Scope(number, OTHER).sql)
            pooled.close()
    finally:
        pooled.close_pool()
    assert len({pid for pid, _name in names}) == 1
    assert {name for _pid, name in names} == {"arportal"}


@pytest.mark.skipif(PROGRAM is None, reason="no PgBouncer here; on Debian `make test` installs it")
def test_pgbouncer_hands_each_transaction_its_own_scope(two_stores: Copy) -> None:
    """With one connection to the server for all: who has not said a store sees none, whoever came before.

    All begin with a name, as ours do (environment.py): one without any would go on under that of the one before.
    """
    asked = "SELECT pg_backend_pid(), min(store_id), max(store_id) FROM mirror_invoice"
    name = settings.DATABASES["default"]["OPTIONS"]["application_name"]
    with pgbouncer(two_stores.url) as url, ExitStack() as stack:
        scopes = [scope.Scope(1, OTHER), scope.Scope(2, OTHER + 5), scope.Scope(3), None]
        clients = [
            stack.enter_context(
                psycopg.connect(url, application_name=name, autocommit=True, prepare_threshold=None)
            )
            for _ in scopes
        ]
        for client, its_scope in zip(clients, scopes, strict=True):
            if its_scope:
                client.execute(its_scope.sql)
        rows = [clients[number].execute(asked).fetchone() for number in (0, 3, 1, 2, 0, 1, 3, 0)]
        # A name taken within a transaction is gone with it.
        with clients[1].transaction(force_rollback=True):
            clients[1].execute(scopes[0].sql)
            inside = clients[1].execute(asked).fetchone()
        rows += [client.execute(asked).fetchone() for client in clients]
    assert len({pid for pid, *_stores in [*rows, inside]}) == 1
    assert inside[1:] == (OTHER, OTHER)
    own, none = (OTHER, OTHER), (None, None)
    assert [tuple(stores) for _pid, *stores in rows] == [
        own, none, none, none, own, none, none, own, own, none, none, none,
    ]  # fmt: skip


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
