"""The kept sums and days: as of the store's day, of its own entries alone, built anew and counted again."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from arportal.mirror.models import Invoice, SyncPass
from arportal.mirror.rows.days import recount_days
from arportal.receivables.ledger import posting
from arportal.receivables.ledger.build import build_ledger, built_ledger, is_to_build
from arportal.receivables.ledger.posting import post_invoices
from arportal.receivables.ledger.recount import different_sums, recount
from arportal.receivables.ledger.redate import redate
from arportal.receivables.ledger.sums import bring_to_today, rebuild_sums
from arportal.receivables.models import CompanyBalance, InvoiceDays, Ledger, LedgerEntry, StoreBalance
from tests.receivables.ledger.books import Books

FEBRUARY = dt.date(2026, 2, 20)


@pytest.fixture
def books(db) -> Books:
    """Invoice 1 of 100.00 EUR is due on 2 February."""
    return begun("books")


@pytest.fixture
def others(db) -> Books:
    """The same, in another store."""
    return begun("others")


def begun(slug: str) -> Books:
    books = Books(slug=slug)
    books.begin("2026-01-01")
    books.invoice(1, original=100, open=100, issued="2026-01-03", due="2026-02-02", seen="2026-01-03")
    return books


def kept(books: Books) -> CompanyBalance:
    return CompanyBalance.objects.get(store=books.store)


def late(books: Books) -> list[tuple[Decimal, Decimal, Decimal]]:
    """What is overdue, and what of it in the first two buckets: of the company, and of the store."""
    figures = ("overdue", "late_30", "late_60")
    models = (CompanyBalance, StoreBalance)
    return [model.objects.filter(store=books.store).values_list(*figures).get() for model in models]


def test_it_works(books):
    """A day that has begun makes late what was not, without any movement."""
    assert late(books) == [(0, 0, 0)] * 2
    assert kept(books).oldest_due_on == dt.date(2026, 2, 2)
    for day, expected in ((FEBRUARY, (100, 100, 0)), (dt.date(2026, 3, 20), (100, 0, 100))):
        with books.at(day):
            bring_to_today(books.store)
        assert late(books) == [expected] * 2
        assert Ledger.objects.get(store=books.store).overdue_as_of == day


def test_the_first_movement_of_a_day_makes_late_what_it_does_not_touch(books):
    books.invoice(2, original=5, open=5, issued=FEBRUARY, due="2026-03-22", seen=FEBRUARY)
    assert late(books) == [(100, 100, 0)] * 2
    books.invoice(1, open=0, changed=FEBRUARY, seen=FEBRUARY)
    assert (late(books), kept(books).oldest_due_on) == ([(0, 0, 0)] * 2, dt.date(2026, 3, 22))


def test_sums_are_built_anew_from_the_entries_of_their_store(books, others):
    CompanyBalance.objects.update(open=7, oldest_due_on=None)
    with CaptureQueriesContext(connection) as queries:
        rebuild_sums(books.store)
    assert (kept(books).open, kept(books).oldest_due_on) == (100, dt.date(2026, 2, 2))
    assert kept(others).open == 7
    # Nothing is posted meanwhile, or it would be in the sums twice.
    asked = [query["sql"] for query in queries]
    locked = next(number for number, sql in enumerate(asked) if sql.endswith("FOR UPDATE"))
    assert locked < next(number for number, sql in enumerate(asked) if sql.startswith("DELETE"))


def test_the_stores_own_ledger_is_locked_before_anything_is_posted(books, others):
    with CaptureQueriesContext(connection) as queries:
        post_invoices(books.store, [1])
    first = queries.captured_queries[0]["sql"]
    assert first.endswith(f"WHERE store_id = {books.store.pk} FOR UPDATE")


def test_payments_post_of_their_own_invoices_alone(books, others, monkeypatch):
    """Of those they pay by now, and of those they paid; every page of the sync asks for it."""
    asked = []
    for of, numbers in ((books, (2, 3)), (others, (4, 5))):
        for number in numbers:
            of.invoice(number, original=9, open=9, issued=FEBRUARY, due="2026-03-22", seen=FEBRUARY)
    for of, paid in ((books, {7: 1, 8: 2}), (others, {7: 4, 9: 5})):
        for payment_id, number in paid.items():
            of.payment(payment_id, {number: 9}, made=FEBRUARY, seen=FEBRUARY)
            of.invoice(number, open=0, changed=FEBRUARY, seen=FEBRUARY)
    books.payment(7, {3: 9}, changed=FEBRUARY, seen=FEBRUARY)
    monkeypatch.setattr(posting, "_post", lambda *about, settle: asked.append((*about, settle)))
    posting.post_payments(books.store, [7])
    assert asked == [(books.store, {1, 3}, False)]


def test_a_recount_writes_down_how_much_differed_and_mends_it(books):
    CompanyBalance.objects.filter(store=books.store).update(open=7)
    Invoice.objects.filter(store=books.store).update(open_balance=80)
    assert recount(books.store) == 2
    ledger = Ledger.objects.get(store=books.store)
    assert (ledger.differences, ledger.recounted_at is None) == (2, False)
    assert (kept(books).open, different_sums(books.store)) == (80, 0)


def test_when_a_ledger_is_to_be_built(db, others):
    store = Books().store
    now = timezone.now()
    full, short = SyncPass.Kind.FULL, SyncPass.Kind.INCREMENTAL
    for of, kind, finished_at, problem in (
        (others.store, full, now, ""),
        (store, short, now, ""),
        (store, full, None, ""),
        (store, full, now, "The store cannot be reached."),
    ):
        SyncPass.objects.create(store=of, kind=kind, started_at=now, finished_at=finished_at, problem=problem)
        assert not is_to_build(store)  # Not all of it was read.
    SyncPass.objects.create(store=store, kind=full, started_at=now, finished_at=now)
    assert is_to_build(store)
    assert built_ledger(store) is None
    ledger = Ledger.objects.create(store=store, began_at=now, overdue_as_of=now.date())
    assert is_to_build(store)
    assert built_ledger(store) is None
    ledger.built_at = now
    ledger.save()
    assert not is_to_build(store)
    assert built_ledger(store) == ledger


def test_a_ledger_that_is_built_is_not_built_again(books):
    Invoice.objects.filter(store=books.store).update(open_balance=80)
    entries = LedgerEntry.objects.filter(store=books.store)
    before = list(entries)
    build_ledger(books.store)
    assert list(entries) == before


def test_of_a_ledger_half_built_only_what_is_in_it_is_posted(db):
    books = Books()
    with books.at("2026-01-03"):
        Ledger.objects.create(
            store=books.store, began_at=timezone.now(), overdue_as_of=dt.date(2026, 1, 3), built_to=1
        )
    for number in (1, 2):
        books.invoice(number, original=9, open=9, issued="2026-01-03", due="2026-02-02", seen="2026-01-03")
    post_invoices(books.store, [1, 2])
    assert list(LedgerEntry.objects.filter(store=books.store).values_list("invoice_id", flat=True)) == [1]


def test_in_another_time_zone_an_invoice_was_issued_on_another_day(others):
    books = Books()
    redate(books.store)  # It has no ledger yet.
    books.begin("2026-01-01")
    books.invoice(1, original=9, open=9, issued="2026-01-03T23:30", due="2026-02-02", seen="2026-01-04")
    books.store.time_zone = "Asia/Tokyo"
    books.store.save()
    recount_days(books.store)
    days = InvoiceDays.objects.filter(store=books.store).order_by("pk")
    assert list(days.values_list("issued_on", flat=True)) == [dt.date(2026, 1, 3), dt.date(2026, 1, 4)]
