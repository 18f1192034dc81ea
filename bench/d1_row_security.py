"""D1: pages under the web server's role, to which the database shows one store's rows, against the tables' owner.

The same requests of the same connection, in turns; only the role and the scope differ. What counts is the processor
time of this process and the database's. The list's statements must go through the same indexes under both.
"""

from contextlib import nullcontext
from functools import partial
from urllib.parse import urlsplit

from bench.cpu import Processor
from bench.million import add_invoices
from bench.p7_list_page import ask, signed_in
from bench.result import Result
from bench.stores import add_store
from bench.timing import times_faster

NAME = "D1 row-level security, pages of 200,000 invoices"
TARGET = ">= 0.90 of the owner's rate each, the same indexes"
INVOICES = 200_000
LARGE = """SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
    WHERE reltuples > 1000 AND relnamespace = 'public'::regnamespace"""
PAGES = {
    "list": "invoices/",
    "search": "invoices/?q=INV-0014317",
    "by amount": "invoices/?sort=-balance",
    "late": "invoices/?late_from=30",
    "payments": "payments/",
    "overview": "",
}


def measure() -> Result:
    # Another store beside it, so that its own is a part of each table.
    another = add_store("another")
    type(another).objects.update(store_hash="another")
    add_invoices(another, 1, INVOICES // 4)
    store = add_store("d1")
    browser = signed_in(store)
    _give_the_web_server_its_role()
    add_invoices(store, 1, INVOICES + 1)
    rates, differing = {}, []
    for name, page in PAGES.items():
        address = f"/s/{store.slug}/{page}"
        rates[name] = times_faster(
            partial(_confined, browser, address),
            partial(ask, browser, address),
            rounds=25,  # of seven, the median was off by a twentieth
            clock=Processor().spent,
        )
        if _indexes(browser, address, is_confined=True) != _indexes(browser, address, is_confined=False):
            differing.append(name)
    measured = ", ".join(f"{name} {rate:.2f}" for name, rate in rates.items())
    other = f"; other indexes: {', '.join(differing)}" if differing else "; the same indexes"
    return Result(measured + other, min(rates.values()) >= 0.9 and not differing)


def _confined(browser, address: str) -> None:
    """Not by `confined_requests`, which takes the role anew for each request, as no web server does."""
    from django.db import connection
    from django.test import override_settings

    from tests.database import WEB_ROLE

    connection.connection.execute(f"SET ROLE {WEB_ROLE}")
    with override_settings(IS_CONFINED=True):
        ask(browser, address)
    connection.connection.execute("RESET ROLE")


def _give_the_web_server_its_role() -> None:
    import os

    import psycopg
    from django.conf import settings

    from arportal.local.postgres import SUPERUSER
    from arportal.local.run import LEAKPROOF, WEB_ROLE
    from arportal.stores import row_security

    own = urlsplit(os.environ["DATABASE_URL"])
    as_superuser = own._replace(netloc=own.netloc.replace(f"{own.username}@", f"{SUPERUSER}@")).geturl()
    with psycopg.connect(as_superuser, autocommit=True) as session:
        session.execute(f"CREATE ROLE {WEB_ROLE} LOGIN")
        session.execute(f"GRANT {WEB_ROLE} TO {own.username}")
        session.execute(LEAKPROOF.read_bytes())
    settings.WEB_ROLE = WEB_ROLE
    row_security.lock()


def _indexes(browser, address: str, *, is_confined: bool) -> list[set[str]]:
    """The indexes of large tables that each statement goes through; where a table is empty, any will do."""
    import re

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from arportal.stores.models import Membership
    from arportal.stores.scope import Scope
    from tests.confined import confined_requests
    from tests.database import WEB_ROLE

    with confined_requests() if is_confined else nullcontext(), CaptureQueriesContext(connection) as asked:
        browser.get(address)
    store_id = Membership.objects.get(user__email="clerk@example.com").store_id
    indexes = []
    with connection.cursor() as cursor:
        cursor.execute(LARGE)
        large = {name for (name,) in cursor.fetchall()}
        for query in (query["sql"] for query in asked if "mirror_" in query["sql"]):
            if is_confined:
                connection.connection.execute(f"SET ROLE {WEB_ROLE}")
                connection.connection.execute(Scope(store=store_id).sql)
            cursor.execute(f"EXPLAIN {query}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            connection.connection.execute("RESET ROLE")
            indexes.append(large & set(re.findall(r"(?:using|Index Scan on) (\w+)", plan)))
    return indexes
