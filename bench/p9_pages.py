"""P9: the pages of receivables at a million invoices, each against an empty page of the same signed-in person.

As P7: processor time of this process and the database's, in turns; and the number of queries must not grow.
"""

from functools import partial

from bench.cpu import Processor
from bench.million import COMPANIES, MILLION, add_invoices, add_payments, build
from bench.p7_list_page import ask, signed_in, with_an_empty_page
from bench.result import Result
from bench.stores import add_store
from bench.timing import times_faster

NAME = "P9 overview, ageing, companies by balance, a statement, at 1,000,000 invoices"
TARGET = "each <= 4x an empty page, same queries as at 1,000"
FEW = 1_000
PAGES = {
    "overview": "",
    "ageing": "ageing/",
    "companies": "companies/?sort=-open",
    "statement": "companies/7/statement/?shows=open",
}
MOST = 4.0

_COMPANIES = """
INSERT INTO mirror_company (store_id, api_id, raw, name, email, phone, status, city, country, extra_fields)
SELECT %(store)s, n, '{}'::bytea, 'Company ' || n || ' Trading & Sons', '', '', 1, '', '', '[]'
FROM generate_series(1, %(companies)s) AS n
"""


def measure() -> Result:
    from django.test import override_settings

    store = add_store("p9")
    add_companies(store)
    browser = signed_in(store)
    base = f"/s/{store.slug}/"
    with override_settings(ROOT_URLCONF=with_an_empty_page()):
        fill(store, 1, FEW + 1)
        few = {name: queries(browser, base + address) for name, address in PAGES.items()}
        fill(store, FEW + 1, MILLION + 1)
        many = {name: queries(browser, base + address) for name, address in PAGES.items()}
        cost = {
            name: times_faster(
                partial(ask, browser, f"{base}empty/"),
                partial(ask, browser, base + address),
                rounds=9,
                clock=Processor().spent,
            )
            for name, address in PAGES.items()
        }
    told = ", ".join(f"{name} {cost[name]:.1f}x ({few[name]} → {many[name]} queries)" for name in PAGES)
    return Result(told, max(cost.values()) <= MOST and few == many)


def fill(store, first: int, beyond: int) -> None:
    """Invoices, what was paid of them, and all that is kept of both."""
    from arportal.receivables.ledger.sums import bring_to_today
    from arportal.receivables.metrics.nightly import compute
    from arportal.receivables.models import Ledger

    add_invoices(store, first, beyond)
    add_payments(store, first, beyond)
    Ledger.objects.filter(store=store).update(built_at=None)
    build(store)
    bring_to_today(store)
    compute(store)


def add_companies(store) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_COMPANIES, {"store": store.pk, "companies": COMPANIES})


def queries(browser, address: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    # The first look at a store writes into the session which store that was.
    browser.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address).status_code == 200
    return len(captured)
