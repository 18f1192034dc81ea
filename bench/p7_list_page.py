"""P7: a list page of 50 invoices against an empty page of the same frame, both by a signed-in person.

Both go through every middleware and the template engine in one process; the number of queries of the list
must not depend on how many invoices there are.
"""

import datetime as dt
from decimal import Decimal
from types import ModuleType, SimpleNamespace

from bench.result import Result
from bench.timing import times_faster

NAME = "P7 list page, 50 of 1,200 invoices"
TARGET = ">= 0.40 of an empty page's rate, same queries as at 60"
FEW, MANY = 60, 1_200
ISSUED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def measure() -> Result:
    from django.test import override_settings

    store, browser = _signed_in()
    with override_settings(ROOT_URLCONF=_with_an_empty_page()):
        pages = SimpleNamespace(listed=f"/s/{store.slug}/invoices/", empty=f"/s/{store.slug}/empty/")
        _add_invoices(store, 0, FEW)
        few = _queries(browser, pages.listed)
        _add_invoices(store, FEW, MANY)
        many = _queries(browser, pages.listed)
        ratio = times_faster(
            lambda: [browser.get(pages.listed) for _ in range(20)],
            lambda: [browser.get(pages.empty) for _ in range(20)],
        )
    return Result(f"{ratio:.2f} of the rate, {many} queries (at {FEW}: {few})", ratio >= 0.4 and few == many)


def _signed_in():
    from django.test import Client

    from arportal.stores.models import Membership, Role, Store, User

    store = Store(slug="bench", name="Bench", store_hash="bench", api_url="http://127.0.0.1:9/api/v3/io")
    store.token = "none"
    store.save()
    user = User.objects.create_user("clerk@example.com", name="Clerk")
    Membership.objects.create(user=user, store=store, role=Role.CLERK, all_companies=True)
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(user)
    return store, browser


def _with_an_empty_page():
    from django.shortcuts import render
    from django.urls import path

    from arportal import urls
    from arportal.desk.pages import page
    from arportal.stores.access import Permission

    @page(Permission.READ)
    def empty(request):
        return render(request, "base.html")

    addresses = ModuleType("addresses")
    addresses.urlpatterns = [path("s/<slug:slug>/empty/", empty), *urls.urlpatterns]
    return addresses


def _add_invoices(store, first, beyond):
    from arportal.mirror.models import Invoice

    Invoice.objects.bulk_create(
        Invoice(
            store=store,
            api_id=number,
            company_id=number % 40,
            company_name=f"Company {number % 40} Trading & Sons",
            number=f"{number:08}",
            status=number % 3,
            currency=("USD", "EUR", "JPY", "KWD")[number % 4],
            original_balance=Decimal(number * 7 + 100),
            open_balance=Decimal((number % 3 != 2) * (number * 3 + 50)),
            issued_at=ISSUED + dt.timedelta(hours=number),
            due_at=ISSUED + dt.timedelta(hours=number, days=30),
        )
        for number in range(first, beyond)
    )


def _queries(browser, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        answer = browser.get(address)
    assert answer.status_code == 200
    assert answer.content.count(b'<tr id="row-') == 50
    return len(captured)
