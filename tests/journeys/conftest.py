"""Journeys: a person's browser, the web server, PostgreSQL and the sandbox, all of them real.

A journey looks at pages, and asks the sandbox itself what became of it. Begin with `visit(Role.CLERK)`.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from playwright.sync_api import Page, expect, sync_playwright

from arportal.stores.models import Role, User
from tests.cast import sign_in_afresh
from tests.journeys.contexts import PATIENCE, Contexts
from tests.journeys.database import KeptDatabase, own_database
from tests.journeys.web_server import web_server
from tests.journeys.witness import secrets_of
from tests.sandbox_server import TOKEN, Sandbox
from tests.whole import whole_or

CHROMIUM_OPTIONS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
# How many a page of a list has; without the journeys it is fifty.
ROWS = 15
expect.set_options(timeout=PATIENCE)


# Not longer than this folder's tests: Playwright's event loop would keep Django from the tests that follow.
@pytest.fixture(scope="package")
def database(django_db_setup: None, django_db_blocker) -> Iterator[KeptDatabase]:
    with django_db_blocker.unblock(), own_database() as database:
        yield database


@pytest.fixture(scope="package")
def sessions(database: KeptDatabase) -> dict[Role, str]:
    """Everybody is signed in at the beginning of every journey: role → the cookie."""
    sessions = {role: session_of(role) for role in Role}
    connection.close()
    database.keep()
    return sessions


def session_of(role: Role) -> str:
    browser = Client()
    user = User.objects.get(email=f"{role.value}@example.com")
    browser.force_login(user)
    sign_in_afresh(browser, user)
    return str(browser.cookies["sessionid"].value)


@pytest.fixture(scope="package")
def address(database: KeptDatabase, sessions: dict[Role, str], sandbox_process: Sandbox) -> Iterator[str]:
    """Where the web server of the journeys is."""
    more = {"SECRETS": " ".join(secrets_of(sandbox_process.address, TOKEN)), "ROWS": str(ROWS)}
    with web_server(database.url, "tests.journeys.wsgi:application", more) as address:
        yield address


@pytest.fixture(scope="package")
def contexts(address: str) -> Iterator[Contexts]:
    with sync_playwright() as playwright:
        program = shutil.which("chromium-headless-shell")
        chromium = playwright.chromium.launch(executable_path=program, args=CHROMIUM_OPTIONS)
        yield Contexts(chromium, address)
        chromium.close()


@pytest.fixture
def db(database: KeptDatabase, sessions: dict[Role, str]) -> None:
    """Where other tests roll a transaction back, a journey begins with the rows that were kept."""
    database.restore()


@pytest.fixture
def world(db: None, sandbox: Sandbox) -> Sandbox:
    """The sandbox as seeded and a database that agrees with it."""
    return sandbox


@pytest.fixture
def javascript() -> bool:
    return True


# For what a script does otherwise; what the server does alone, the tests of the pages see without a browser.
WAYS = {"javascript": True, "plain": False}
ALL = pytest.mark.parametrize("javascript", WAYS.values(), ids=WAYS)
both_ways = whole_or(ALL, pytest.mark.parametrize("javascript", [True], ids=["javascript"]))
Visit = Callable[..., Page]


@pytest.fixture
def visit(world: Sandbox, contexts: Contexts, sessions: dict[Role, str], javascript: bool) -> Iterator[Visit]:
    """Opens a browser in which this person is signed in, and at the end judges all that it was sent."""
    with ExitStack() as lent:

        def open_browser(role: Role | None = None, **options: Any) -> Page:
            context = lent.enter_context(contexts.lent(java_script_enabled=javascript, **options))
            if role is not None:
                cookie = {"name": "sessionid", "value": sessions[role], "url": contexts.address}
                context.add_cookies([cookie])
            return context.new_page()

        yield open_browser


@dataclass(frozen=True)
class Debt:
    """An open invoice, as the sandbox tells it."""

    invoice_id: int
    number: str
    currency: str
    open: Decimal


@dataclass(frozen=True)
class Debtor:
    """A company that owes two invoices in one currency with two decimals, 10.00 or more on each.

    All its invoices fit on one page of a list; the debts are in the order of the form, oldest first.
    """

    company_id: int
    name: str
    debts: list[Debt]


@pytest.fixture
def debtor(world: Sandbox) -> Debtor:
    invoices: dict[str, list[dict[str, Any]]] = {}
    for invoice in sorted(world.get("/ip/invoices", limit=250), key=lambda each: each["createdAt"]):
        invoices.setdefault(invoice["customerId"], []).append(invoice)
    for company_id, its_invoices in sorted(invoices.items()):
        owed = [
            debt for debt in map(debt_of, its_invoices) if debt.currency in ("USD", "EUR") and debt.open >= 10
        ]
        debts = [debt for debt in owed if debt.currency == owed[0].currency]
        if len(debts) >= 2 and len(its_invoices) <= 25:
            return Debtor(int(company_id), its_invoices[0]["customerName"], debts[:2])
    raise LookupError("The seed has no company with two open invoices in a currency.")


def debt_of(invoice: dict[str, Any]) -> Debt:
    balance = invoice["openBalance"]
    return Debt(invoice["id"], invoice["invoiceNumber"], balance["code"], Decimal(balance["value"]))


@pytest.fixture
def open_at_store(world: Sandbox) -> Callable[[Debt], Decimal]:
    """What the sandbox itself says is open on an invoice."""
    return lambda debt: debt_of(world.get(f"/ip/invoices/{debt.invoice_id}")).open


@pytest.fixture
def form_url(debtor: Debtor) -> str:
    return f"/s/demo/payments/record/{debtor.company_id}/?currency={debtor.debts[0].currency}"
