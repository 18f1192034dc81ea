"""P10: sync pages of 250 invoices with their ledger entries, and building the ledger of a store already there."""

from bench import p6_sync_page
from bench.cpu import Processor
from bench.million import add_invoices, add_payments
from bench.result import Result
from bench.stores import add_store

NAME = "P10 ledger: a sync page of 250 with its entries; first build"
TARGET = ">= 3,125 rows/s (5x the API's ceiling), >= 2,000 invoices/s, each of one core"
PAGE_LEAST, BUILD_LEAST = 3_125, 2_000
BUILT = 100_000


def measure() -> Result:
    from django.utils import timezone

    from arportal.receivables.ledger.build import build_ledger
    from arportal.receivables.models import Ledger, LedgerEntry
    from arportal.stores.models import Store

    page = p6_sync_page.rate(
        prepare=lambda store: Ledger.objects.create(
            store=store,
            began_at=timezone.now(),
            built_at=timezone.now(),
            overdue_as_of=store.today(timezone.now()),
        )
    )
    assert LedgerEntry.objects.exists()
    Store.objects.update(store_hash="p6")
    store = add_store("p10")
    add_invoices(store, 1, BUILT + 1)
    add_payments(store, 1, BUILT + 1)
    processor = Processor()
    began = processor.spent()
    build_ledger(store)
    built = BUILT / (processor.spent() - began)
    return Result(
        f"{page:,.0f} rows/s, {built:,.0f} invoices/s",
        page >= PAGE_LEAST and built >= BUILD_LEAST,
    )
