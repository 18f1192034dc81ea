"""P7: a list page of 50 of a million invoices against an empty page of the same frame, both by a signed-in person.

Both go through every middleware and the template engine in one process. What counts is the processor time of
this process and the database's, in turns; and the list must ask as many queries of a million as of a thousand.
"""

from functools import partial
from types import ModuleType

from bench.cpu import Processor
from bench.million import MILLION, add_invoices, clerk_of
from bench.result import Result
from bench.stores import add_store
from bench.timing import times_faster

NAME = "P7 list page, 50 of 1,000,000 invoices"
TARGET = ">= 0.40 of an empty page's rate, same queries as at 1,000"
FEW = 1_000


def measure() -> Result:
    from django.test import override_settings

    store = add_store("p7")
    browser = signed_in(store)
    with override_settings(ROOT_URLCONF=with_an_empty_page()):
        listed, empty = f"/s/{store.slug}/invoices/", f"/s/{store.slug}/empty/"
        add_invoices(store, 1, FEW + 1)
        few = _queries(browser, listed)
        add_invoices(store, FEW + 1, MILLION + 1)
        many = _queries(browser, listed)
        ratio = times_faster(
            partial(ask, browser, listed),
            partial(ask, browser, empty),
            rounds=15,
            clock=Processor().spent,
        )
    return Result(
        f"{ratio:.2f} of the rate, {many} queries (at {FEW:,}: {few})", ratio >= 0.4 and few == many
    )


def ask(browser, address: str) -> None:
    for _ in range(20):
        assert browser.get(address).status_code == 200


def signed_in(store):
    from django.test import Client

    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(clerk_of(store).user)
    return browser


def with_an_empty_page():
    from django.shortcuts import render
    from django.urls import path

    from arportal import urls
    from arportal.desk.site.pages import page
    from arportal.stores.access import Permission

    @page(Permission.READ)
    def empty(request):
        return render(request, "base.html")

    addresses = ModuleType("addresses")
    addresses.urlpatterns = [path("s/<slug:slug>/empty/", empty), *urls.urlpatterns]
    return addresses


def _queries(browser, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        answer = browser.get(address)
    assert answer.status_code == 200
    assert answer.content.count(b'<tr id="row-') == 50
    return len(captured)
