"""Row-level security: PostgreSQL's own lock behind the querysets, for the role of the web server.

Made anew after every migration from the models themselves, so that no table can be forgotten: rows with a `store` are
shown in that store's scope (scope.py), rows without one where the row they hang on is shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections, models, transaction
from django.db.backends.utils import CursorWrapper

from arportal.stores.models import Membership, Store

# A subquery is asked once a statement, where a function would be asked once a row.
STORE = "(SELECT stores_in_scope())"
PERSON = "(SELECT stores_person_in_scope())"
OF_PERSON = "ANY ((SELECT stores_of_person())::bigint[])"
# Not by a regular expression, which takes fifteen times as long, for each table of each statement.
FUNCTIONS = """
CREATE OR REPLACE FUNCTION stores_in_scope() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE RETURN
    nullif(split_part(current_setting('application_name'), ' store=', 2), '')::bigint;
CREATE OR REPLACE FUNCTION stores_person_in_scope() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE RETURN
    nullif(split_part(split_part(current_setting('application_name'), ' person=', 2), ' ', 1), '')::bigint;
CREATE OR REPLACE FUNCTION stores_of_person() RETURNS bigint[]
    LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC SELECT array_agg(store_id) FROM stores_membership WHERE user_id = stores_person_in_scope(); END;
CREATE OR REPLACE FUNCTION stores_directory() RETURNS TABLE (id bigint, slug text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC SELECT store.id, store.slug::text FROM stores_store store; END;
"""
GRANTS = """
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
"""
# What the web server has no business with: what is sealed, and the list of migrations.
WITHHELD = {
    "stores_activity": "UPDATE, DELETE",
    "stores_activitychain": "INSERT, UPDATE, DELETE",
    "receivables_change": "DELETE",
    "django_migrations": "INSERT, UPDATE, DELETE",
}


@dataclass(frozen=True, slots=True)
class Policy:
    name: str
    table: str
    command: str
    # SQL that is true for a row that is shown; of a new or changed row, too.
    shows: str


def policies() -> list[Policy]:
    """The policies of all tables that belong to stores."""
    own = [
        Policy("own_store", model._meta.db_table, "ALL", shows)
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy and (shows := _shows(model))
    ]
    return [
        *own,
        # To find the way into a store: one's own memberships, and the stores they are of.
        # A function, because a policy within a policy would be planned anew by each statement.
        Policy("own_membership", Membership._meta.db_table, "SELECT", f"user_id = {PERSON}"),
        Policy("own_membership", Store._meta.db_table, "SELECT", f"id = {OF_PERSON}"),
    ]


def lock(using: str = "default", **_signal: Any) -> None:
    """Brings functions, policies and the web role's grants to what the models say. Called after each migration."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        tables = set(connections[using].introspection.table_names(cursor))
        if Store._meta.db_table not in tables:
            return
        cursor.execute(FUNCTIONS)
        wanted, present = {policy for policy in policies() if policy.table in tables}, set(_present(cursor))
        for policy in present - wanted:
            cursor.execute(f"DROP POLICY {policy.name} ON {policy.table}")
        for policy in wanted - present:
            name, table = policy.name, policy.table
            cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            # One that is there although the lock of its table was opened.
            cursor.execute(f"DROP POLICY IF EXISTS {name} ON {table}")
            cursor.execute(f"CREATE POLICY {name} ON {table} FOR {policy.command} USING ({policy.shows})")
            cursor.execute(f"COMMENT ON POLICY {name} ON {table} IS '{policy.shows}'")
        if settings.WEB_ROLE:
            _check(cursor, settings.WEB_ROLE)
            role = connections[using].ops.quote_name(settings.WEB_ROLE)
            cursor.execute(GRANTS.format(role=role))
            for table in tables & WITHHELD.keys():
                cursor.execute(f"REVOKE {WITHHELD[table]} ON {table} FROM {role}")


def _shows(model: type[models.Model]) -> str:
    """SQL that is true for the rows of the store in scope; "" for a model whose rows belong to no store."""
    if model is Store:
        return f"id = {STORE}"
    keys = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    if any(key.name == "store" for key in keys):
        return f"store_id = {STORE}"
    for key in keys:
        parent: Any = key.related_model
        if not key.null and parent is not model and (shown := _shows(parent)):
            table, of = model._meta.db_table, parent._meta
            # Else the parent's own policy says whether it is shown. One's own memberships are, of all stores.
            of_store = f" AND p.{shown}" if shown.startswith("store_id") else ""
            return f"EXISTS (SELECT FROM {of.db_table} p WHERE p.{of.pk.column} = {table}.{key.column}{of_store})"
    return ""


def _present(cursor: CursorWrapper) -> Iterator[Policy]:
    """Our policies there are, as they were written: PostgreSQL itself would tell them in words of its own."""
    cursor.execute(
        "SELECT polname, relname, CASE polcmd WHEN '*' THEN 'ALL' ELSE 'SELECT' END,"
        " obj_description(pol.oid, 'pg_policy')"
        " FROM pg_policy pol JOIN pg_class ON pg_class.oid = polrelid"
        " WHERE relrowsecurity AND obj_description(pol.oid, 'pg_policy') IS NOT NULL"
    )
    for row in cursor.fetchall():
        yield Policy(*row)


def _check(cursor: CursorWrapper, role: str) -> None:
    """Raises ImproperlyConfigured for a role that is missing, or that the policies would not hold for."""
    cursor.execute(
        "SELECT rolsuper OR rolbypassrls OR pg_has_role(rolname, current_user, 'MEMBER')"
        " FROM pg_roles WHERE rolname = %s",
        [role],
    )
    row = cursor.fetchone()
    if row is None:
        raise ImproperlyConfigured(
            f"WEB_DATABASE_URL names the role {role}, which the database does not have."
        )
    if row[0]:
        raise ImproperlyConfigured(
            f"The role {role} of WEB_DATABASE_URL would see the rows of every store: it must be neither superuser "
            "nor a member of the tables' owner, and have no BYPASSRLS."
        )
