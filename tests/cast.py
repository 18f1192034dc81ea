"""The cast of every test: one store connected to the sandbox, its people, and the mirror filled from it."""

import datetime as dt
import time
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, connections
from django.test import Client as Browser
from django.test import TransactionTestCase
from django.utils import timezone

from arportal.mirror.api.refresh import refresh_invoices, refresh_payment, refresh_receipts_of
from arportal.mirror.models import Company, Invoice, Payment, PaymentLine
from arportal.mirror.sync.sync import sync
from arportal.receivables.ledger.build import build_ledger
from arportal.stores.models import Membership, Role, Store, User
from tests.copies import FILLED, Copy, fill_once
from tests.sandbox_server import STORE_HASH, TOKEN, Sandbox

PASSWORD = "arportal-demo"


def connect_demo_store(sandbox: Sandbox) -> Store:
    store = Store(slug="demo", name="Demo store", store_hash=STORE_HASH, api_url=sandbox.api_url)
    store.token = TOKEN
    store.save()
    for role in Role:
        user = User.objects.create_user(f"{role.value}@example.com", PASSWORD, name=role.label)
        Membership.objects.create(user=user, store=store, role=role, all_companies=True)
    assert not sync(store).problem
    build_ledger(store)
    return store


def forget_stores() -> None:
    """Deletes every store with its ledger, which nobody can delete row by row."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE receivables_ledgerentry, receivables_invoicedays")
        cursor.execute("TRUNCATE receivables_onaccount, receivables_onaccountuse, receivables_bankuse")
        cursor.execute(
            "TRUNCATE receivables_collectionevent, receivables_note, receivables_promisetopay,"
            " receivables_dispute"
        )
    forget_activity()
    Store.objects.all().delete()


def forget_activity() -> None:
    """Of which nobody can delete a row, either: people and stores named in it cannot be deleted before."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE stores_activity, stores_activitychain")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker,
    sandbox_process: Sandbox,
) -> Iterator[None]:
    """Every test starts with the store connected and the mirror filled.

    One worker of a run migrates a database and fills it. Each has a copy of that, and a new one after a test
    with real transactions.
    """
    own = Copy(connection.creation._get_test_db_name(), FILLED)

    def renew() -> None:
        connections.close_all()
        own.renew()
        Store.objects.update(api_url=sandbox_process.api_url)

    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        fill_once(lambda: connect_demo_store(sandbox_process))
        patch.setitem(connection.settings_dict, "NAME", own.name)
        renew()
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _self: renew())
        yield
        connections.close_all()
        own.drop()


@pytest.fixture
def store(db: None, sandbox: Sandbox) -> Store:
    return Store.objects.get(slug="demo")


@pytest.fixture
def member(store: Store) -> Callable[[Role], Membership]:
    return lambda role: Membership.objects.select_related("user", "store").get(store=store, role=role)


@pytest.fixture
def viewer(member) -> Membership:
    return member(Role.VIEWER)


@pytest.fixture
def clerk(member) -> Membership:
    return member(Role.CLERK)


@pytest.fixture
def controller(member) -> Membership:
    return member(Role.CONTROLLER)


@pytest.fixture
def admin(member) -> Membership:
    return member(Role.ADMIN)


@pytest.fixture
def browse(store: Store) -> Callable[[Membership], Browser]:
    """A browser in which this person is signed in (no JavaScript: Django's test client)."""

    def signed_in(person: Membership) -> Browser:
        browser = Browser()
        sign_in(browser, person.user)
        return browser

    return signed_in


def sign_in(browser: Browser, user: User) -> None:
    """A session as of who has just typed their password: at a fifth of the queries of `force_login`, which also
    writes down that they signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    note_password(session, user)
    session.save()
    browser.cookies[settings.SESSION_COOKIE_NAME] = session.session_key


def sign_in_afresh(browser: Browser, user: User) -> None:
    """As if the person had just typed their password: `force_login` leaves no trace of how they signed in."""
    session = browser.session
    note_password(session, user)
    session.save()


def note_password(session: SessionBase, user: User) -> None:
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() + 86_400}]
    session["account_authentication_methods_user"] = str(user.pk)


@pytest.fixture
def company(store: Store) -> Company:
    """A company with at least two open invoices in its currency."""
    for each in Company.objects.filter(store=store).order_by("api_id"):
        if len(_open_in_one_currency(each)) >= 2:
            return each
    raise LookupError("The seed has no company with two open invoices in a currency.")


@pytest.fixture
def open_invoices(company: Company) -> list[Invoice]:
    """The company's open invoices in one currency, oldest first."""
    return _open_in_one_currency(company)


@pytest.fixture
def payment(store: Store) -> Payment:
    """An offline payment that awaits processing."""
    return Payment.objects.filter(store=store, processing_status=1, module_name="payments_offline").order_by(
        "api_id"
    )[0]


@pytest.fixture
def split_payment(store: Store, sandbox: Sandbox, open_invoices: list[Invoice]) -> Payment:
    """An offline payment just recorded: 2 to the first open invoice, 1 to the second; no write is on record."""
    first, second = open_invoices[:2]
    lines = [{"invoiceId": each.api_id, "amount": amount} for each, amount in ((first, "2"), (second, "1"))]
    body = {"customerId": str(first.company_id), "currency": first.currency, "lineItems": lines}
    about = {"details": {"memo": "by hand"}, "payerName": "Accounts payable", "processingStatus": 2}
    payment_id = sandbox.post("/ip/payments/offline", body | about)["paymentId"]
    sandbox.control("DELETE", "requests")
    return read_in(store, payment_id)


def read_in(store: Store, payment_id: int) -> Payment:
    """The payment, its invoices and receipts, as the store has them."""
    payment = refresh_payment(store, payment_id)
    assert payment is not None
    lines = PaymentLine.objects.filter(store=store, payment_id=payment_id)
    refresh_invoices(store, list(lines.values_list("invoice_id", flat=True)))
    refresh_receipts_of(store, payment_id, payment.company_id)
    return payment


@pytest.fixture
def today(store: Store) -> dt.date:
    return store.today(timezone.now())


def _open_in_one_currency(company: Company) -> list[Invoice]:
    invoices = Invoice.objects.filter(store=company.store, company_id=company.api_id).outstanding()
    first = invoices.order_by("issued_on", "api_id").first()
    return list(invoices.filter(currency=first.currency).order_by("issued_on", "api_id")) if first else []
