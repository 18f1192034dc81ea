"""P2: ageing of a million invoices in 4,000 companies, against the queries that would do without the kept sums."""

import datetime as dt

from bench.million import MILLION, add_invoices, add_payments, build, clerk_of
from bench.result import Result
from bench.stores import add_store
from bench.timing import times_faster

NAME = "P2 ageing of 1,000,000 invoices"
TARGET = (
    "today >= 100x, top 50 companies >= 300x a raw GROUP BY; a past day >= 20x; no row differs from a recount"
)
TODAY, PAST = dt.date(2026, 1, 31), dt.date(2024, 12, 31)
TOP = 50

_BY_BUCKET = """
SELECT currency, width_bucket(%(today)s - COALESCE(due_on, '9999-12-31'), ARRAY[1, 31, 61, 91]), SUM(balance)
FROM mirror_invoice WHERE store_id = %(store)s AND gone_at IS NULL AND balance <> 0 GROUP BY 1, 2
"""
_TOP = """
SELECT company_id, width_bucket(%(today)s - COALESCE(due_on, '9999-12-31'), ARRAY[1, 31, 61, 91]), SUM(balance),
    SUM(SUM(balance)) OVER (PARTITION BY company_id) AS owed
FROM mirror_invoice WHERE store_id = %(store)s AND gone_at IS NULL AND balance > 0 AND currency = 'EUR'
GROUP BY 1, 2 ORDER BY owed DESC LIMIT 250
"""
_PAST = """
SELECT currency, aged_on, SUM(balance) FROM (
    SELECT invoice_id, currency, SUM(amount) AS balance FROM receivables_ledgerentry
    WHERE store_id = %(store)s AND effective_on <= %(past)s GROUP BY 1, 2
) AS invoice JOIN (
    SELECT invoice_id, due_on AS aged_on FROM receivables_invoicedays WHERE store_id = %(store)s
) AS days USING (invoice_id) GROUP BY 1, 2
"""


def measure() -> Result:
    from django.db import connection, transaction

    from arportal.receivables.ageing.ageing import AsOf, ageing
    from arportal.receivables.ageing.largest import largest
    from arportal.receivables.ledger.recount import different_invoices, different_sums
    from arportal.receivables.ledger.sums import bring_to_day
    from arportal.receivables.models import Ledger

    store = add_store("p2")
    add_invoices(store, 1, MILLION + 1)
    add_payments(store, 1, MILLION + 1)
    build(store)
    ledger = Ledger.objects.get(store=store)
    with transaction.atomic():
        bring_to_day(ledger, TODAY)
    actor = clerk_of(store)

    def raw(query):
        with connection.cursor() as cursor:
            cursor.execute(query, {"store": store.pk, "today": TODAY, "past": PAST})
            return cursor.fetchall()

    def top():
        return largest(actor, AsOf(TODAY, TODAY), "EUR", TOP)

    assert len(top()) == TOP
    today = times_faster(lambda: ageing(actor, AsOf(TODAY, TODAY)), lambda: raw(_BY_BUCKET))
    companies = times_faster(top, lambda: raw(_TOP))
    past = times_faster(lambda: ageing(actor, AsOf(PAST, TODAY)), lambda: raw(_PAST), rounds=5)
    different = len(different_invoices(store)) + different_sums(store)
    return Result(
        f"today {today:,.0f}x, top {TOP} companies {companies:,.0f}x, a past day {past:,.0f}x, {different} differ",
        today >= 100 and companies >= 300 and past >= 20 and not different,
    )
