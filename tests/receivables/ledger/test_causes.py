"""Golden cases: what moves a balance, one case each, and the entries that it leaves."""

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from arportal.mirror.models import Invoice
from arportal.mirror.rows.days import recount_days
from arportal.receivables.ageing.ageing import AsOf, ageing, ageing_by_company
from arportal.receivables.ageing.paying import Paying, paying
from arportal.receivables.ledger.build import build_ledger
from arportal.receivables.ledger.posting import post_invoices, write_entries
from arportal.receivables.ledger.recount import recount
from arportal.receivables.models import Basis, Change, CompanyBalance, LedgerEntry
from tests.receivables.ledger.books import Books

TODAY = dt.date(2026, 3, 31)


@pytest.fixture
def books(db) -> Books:
    books = Books()
    books.begin("2026-01-01")
    return books


@pytest.fixture
def invoice(books: Books) -> Books:
    """Invoice 1 of 100.00 EUR, issued 3 January, due 2 February."""
    books.invoice(1, original=100, open=100, issued="2026-01-03", due="2026-02-02", seen="2026-01-03")
    return books


def entries(books: Books, invoice_id: int = 1) -> list[tuple[str, Decimal, str]]:
    """Cause, amount, and the day on which it took effect, as they were written."""
    rows = LedgerEntry.objects.filter(store=books.store, invoice_id=invoice_id).order_by("pk")
    return [
        (cause, amount.normalize(), f"{day:%d %b}")
        for cause, amount, day in rows.values_list("cause", "amount", "effective_on")
    ]


def owed(books: Books, day: str | dt.date = TODAY, known_on: str | None = None, **more) -> list[Decimal]:
    """By bucket, and the credit."""
    as_of = AsOf(
        day if isinstance(day, dt.date) else dt.date.fromisoformat(day),
        TODAY,
        known_on=dt.date.fromisoformat(known_on) if known_on else None,
        **more,
    )
    rows = ageing(books.controller, as_of)
    return [*rows[0].amounts, rows[0].credit_amount] if rows else []


def test_a_new_invoice_that_is_partly_paid_already_by_nobody_knows_what(books):
    books.invoice(1, original=500, open=100, issued="2026-01-03", changed="2026-01-05", seen="2026-01-06")
    assert entries(books) == [("issued", 500, "03 Jan"), ("unexplained", -400, "05 Jan")]


def test_paid_after_the_day(invoice):
    invoice.payment(7, {1: 100}, made="2026-02-10", seen="2026-02-10")
    invoice.invoice(1, open=0, changed="2026-02-10", seen="2026-02-10")
    assert owed(invoice, "2026-02-09") == [0, 100, 0, 0, 0, 0]
    assert owed(invoice, "2026-02-10") == []


def test_partly_paid_before_and_after(invoice):
    for payment_id, day, left in ((7, "2026-01-20", 70), (8, "2026-02-20", 40)):
        invoice.payment(payment_id, {1: 30}, made=day, seen=day)
        invoice.invoice(1, open=left, changed=day, seen=day)
    assert [owed(invoice, day)[:2] for day in ("2026-01-19", "2026-01-31", "2026-02-28")] == [
        [100, 0],
        [70, 0],
        [0, 40],
    ]


def test_a_payment_that_a_pass_has_just_missed(invoice):
    """The new balance came first; what explains it comes later, and nothing stays unexplained."""
    invoice.invoice(1, open=60, changed="2026-01-10", seen="2026-01-10")
    assert entries(invoice)[1:] == [("edited-outside", -40, "10 Jan")]
    invoice.payment(7, {1: 40}, made="2026-01-10", seen="2026-01-11")
    assert entries(invoice)[2:] == [("payment", -40, "10 Jan"), ("edited-outside", 40, "10 Jan")]
    assert owed(invoice, "2026-01-10") == owed(invoice, "2026-01-10", "2026-01-10") == [60, 0, 0, 0, 0, 0]


def test_a_payment_alone_waits_for_the_balance_that_it_moves(invoice):
    invoice.payment(7, {1: 40}, made="2026-01-10", seen="2026-01-10")
    assert len(entries(invoice)) == 1


def test_a_payment_does_not_explain_what_was_edited_before_it(invoice):
    invoice.invoice(1, open=60, changed="2026-01-10", seen="2026-01-10")
    invoice.payment(7, {1: 40}, made="2026-01-15", seen="2026-01-15")
    invoice.invoice(1, open=20, changed="2026-01-15", seen="2026-01-15")
    assert entries(invoice)[1:] == [("edited-outside", -40, "10 Jan"), ("payment", -40, "15 Jan")]


def test_a_payment_that_moves_nothing(invoice):
    """It counts, but the balance is as it was: something outside made up for it."""
    invoice.payment(7, {1: 40}, made="2026-01-10", seen="2026-01-10")
    invoice.invoice(1, open=100, changed="2026-01-12", seen="2026-01-12")
    assert entries(invoice)[1:] == [("payment", -40, "10 Jan"), ("edited-outside", 40, "10 Jan")]


def test_refunded_after_the_day(invoice):
    invoice.payment(7, {1: 100}, made="2026-01-10", seen="2026-01-10")
    invoice.invoice(1, open=0, changed="2026-01-10", seen="2026-01-10")
    invoice.payment(7, status=4, changed="2026-02-20", seen="2026-02-20")
    invoice.invoice(1, open=100, changed="2026-02-20", seen="2026-02-20")
    assert entries(invoice)[1:] == [("payment", -100, "10 Jan"), ("reversed", 100, "20 Feb")]
    assert owed(invoice, "2026-02-19") == []
    assert owed(invoice, "2026-02-20") == [0, 100, 0, 0, 0, 0]


def test_refunded_before_it_was_ever_seen(books):
    books.invoice(1, original=100, open=100, issued="2026-01-03", changed="2026-02-20", seen="2026-03-01")
    books.payment(7, {1: 100}, made="2026-01-10", status=4, changed="2026-02-20", seen="2026-03-01")
    books.invoice(1, changed="2026-02-21", seen="2026-03-02")
    assert entries(books)[1:] == [("payment", -100, "10 Jan"), ("reversed", 100, "20 Feb")]
    assert owed(books, "2026-01-31") == []


def test_a_payment_edited(invoice):
    invoice.payment(7, {1: 50}, made="2026-01-10", seen="2026-01-10")
    invoice.invoice(1, open=50, changed="2026-01-10", seen="2026-01-10")
    invoice.payment(7, {1: 20}, changed="2026-01-15", seen="2026-01-15")
    invoice.invoice(1, open=80, changed="2026-01-15", seen="2026-01-15")
    assert entries(invoice)[2:] == [("reversed", 50, "15 Jan"), ("payment", -20, "15 Jan")]


def test_a_payment_deleted_counts_to_the_day_on_which_we_saw_it_gone(invoice):
    invoice.payment(7, {1: 50}, made="2026-01-10", seen="2026-01-10")
    invoice.invoice(1, open=50, changed="2026-01-10", seen="2026-01-10")
    invoice.payment_gone(7, seen="2026-01-20")
    invoice.invoice(1, open=100, changed="2026-01-19", seen="2026-01-20")
    assert entries(invoice)[2:] == [("payment-deleted", 50, "20 Jan")]
    assert owed(invoice, "2026-01-31", "2026-01-31") == [100, 0, 0, 0, 0, 0]


def test_credit_notes_and_overpaid_invoices_stand_apart(invoice):
    invoice.invoice(2, original=-30, open=-30, issued="2026-01-05", due="2026-01-05", seen="2026-01-05")
    invoice.payment(7, {1: 120}, made="2026-01-10", seen="2026-01-10")
    invoice.invoice(1, open=-20, changed="2026-01-10", seen="2026-01-10")
    assert owed(invoice, "2026-01-09") == [100, 0, 0, 0, 0, -30]
    assert owed(invoice) == [0, 0, 0, 0, 0, -50]


def test_called_paid_by_the_store(invoice):
    invoice.invoice(1, open=40, status=2, changed="2026-01-10", seen="2026-01-10")
    assert entries(invoice)[1:] == [("called-paid", -40, "10 Jan"), ("edited-outside", -60, "10 Jan")]
    assert owed(invoice) == []


def test_original_amount_changed(invoice):
    invoice.invoice(1, original=130, open=130, changed="2026-01-12", seen="2026-01-12")
    assert entries(invoice)[1:] == [("re-issued", 30, "12 Jan")]


def test_deleted_and_back_again(invoice):
    invoice.invoice_gone(1, seen="2026-01-20")
    assert owed(invoice, "2026-01-21") == []
    invoice.invoice(1, open=90, changed="2026-01-25", seen="2026-01-25")
    assert entries(invoice)[1:] == [
        ("deleted", -100, "20 Jan"),
        ("returned", 100, "25 Jan"),
        ("edited-outside", -10, "25 Jan"),
    ]
    assert owed(invoice, "2026-01-19") == [100, 0, 0, 0, 0, 0]


def test_moved_to_another_company(invoice):
    invoice.invoice(1, company=2, changed="2026-01-20", seen="2026-01-20")
    assert entries(invoice)[1:] == [("moved-out", -100, "20 Jan"), ("moved-in", 100, "20 Jan")]
    [before] = ageing_by_company(invoice.controller, AsOf(dt.date(2026, 1, 19), TODAY))
    [after] = ageing_by_company(invoice.controller, AsOf(TODAY, TODAY))
    assert (before.company_id, after.company_id) == (1, 2)


def test_edges(books):
    """Due today is not late; 30 days are still 1–30; and nothing is too old for the last bucket."""  # noqa: RUF002
    due = {1: "2026-03-31", 2: "2026-03-30", 4: "2026-03-01", 8: "2026-02-28", 16: "2020-01-01"}
    for amount, day in due.items():
        books.invoice(amount, original=amount, open=amount, issued="2026-01-03", due=day, seen="2026-01-03")
    assert owed(books) == [1, 2 + 4, 8, 0, 16, 0]


def test_due_at_utc_midnight_in_los_angeles(db):
    books = Books("America/Los_Angeles")
    books.begin("2026-01-01")
    books.invoice(1, original=5, open=5, issued="2026-01-03", due="2026-03-31", seen="2026-01-03")
    assert owed(books)[0] == 5


def test_a_due_day_that_has_moved_counts_from_when_it_was_known(invoice):
    invoice.invoice(1, due="2026-03-20", changed="2026-02-10", seen="2026-02-10")
    assert owed(invoice, "2026-02-28")[0] == owed(invoice, "2026-02-05")[0] == 100
    assert owed(invoice, "2026-02-05", "2026-02-09")[1] == 100
    assert owed(invoice, "2026-02-28", basis=Basis.ISSUED)[2] == 100


def test_a_store_whose_clock_is_ahead(books):
    """Nothing took effect after it was seen: today's figures are those of the invoice list."""
    books.invoice(1, original=5, open=5, issued="2026-01-04T09:00", seen="2026-01-03")
    assert entries(books) == [("issued", 5, "03 Jan")]


def test_currencies_without_cents_and_with_thousandths(books):
    amounts = {"JPY": "1200", "KWD": "1.375"}
    for number, (code, amount) in enumerate(amounts.items()):
        books.invoice(
            number, original=amount, open=amount, issued="2026-01-03", currency=code, seen="2026-01-03"
        )
    rows = ageing(books.controller, AsOf(TODAY, TODAY))
    assert {row.currency: row.open.amount for row in rows} == {
        code: Decimal(amount) for code, amount in amounts.items()
    }


def test_connected_yesterday_with_two_years_of_history(db):
    books = Books()
    books.invoice(1, original=100, open=30, issued="2024-04-03", changed="2025-01-20", seen="2026-03-30")
    books.payment(7, {1: 50}, made="2024-06-10", seen="2026-03-30")
    books.begin("2026-03-30")
    assert entries(books) == [
        ("issued", 100, "03 Apr"),
        ("payment", -50, "10 Jun"),
        ("opening", -20, "20 Jan"),
    ]
    assert [owed(books, day)[0] for day in ("2024-05-01", "2024-12-31", "2025-12-31")] == [100, 50, 30]


def test_building_goes_on_where_it_ended(db, monkeypatch):
    monkeypatch.setattr("arportal.receivables.ledger.build.BATCH", 2)
    books = Books()
    for number in range(1, 6):
        books.invoice(number, original=10, open=10, issued="2026-01-03", seen="2026-03-30")
    with monkeypatch.context() as broken:
        broken.setattr("arportal.receivables.ledger.build.write_entries", failing_the_second_time())
        with pytest.raises(RuntimeError):
            books.begin("2026-03-30")
    books.invoice(2, open=8, changed="2026-03-30", seen="2026-03-30")
    books.invoice(5, open=7, changed="2026-03-30", seen="2026-03-30")
    build_ledger(books.store)
    assert owed(books)[0] == 45
    assert entries(books, 2)[-1] == ("edited-outside", -2, "30 Mar")
    assert entries(books, 5)[-1] == ("opening", -3, "30 Mar")


def failing_the_second_time() -> Callable[..., None]:
    outcomes = iter([None, RuntimeError("killed")])

    def write(*args: Any, **options: Any) -> None:
        if error := next(outcomes):
            raise error
        write_entries(*args, **options)

    return write


def test_our_own_edit_is_named(invoice):
    change = Change.objects.create(
        id=uuid.uuid4(),
        store=invoice.store,
        actor=invoice.controller,
        verb=Change.Verb.EDIT_INVOICE,
        company_id=1,
        target_id=1,
        after={"open_balance": "90"},
        state=Change.State.APPLIED,
    )
    invoice.invoice(1, open=90, changed="2026-01-20", seen="2026-01-20")
    invoice.invoice(1, open=80, changed="2026-01-22", seen="2026-01-22")
    rows = LedgerEntry.objects.filter(store=invoice.store).values_list("cause", "change_id")
    assert list(rows)[1:] == [("edited", change.pk), ("edited-outside", None)]


def test_posting_again_adds_nothing(invoice):
    invoice.payment(7, {1: 50}, made="2026-01-10", seen="2026-01-10")
    invoice.invoice(1, open=50, changed="2026-01-10", seen="2026-01-10")
    before = entries(invoice)
    post_invoices(invoice.store, [1, 1, 99])
    assert entries(invoice) == before


def test_entries_are_neither_changed_nor_deleted(invoice):
    mine = LedgerEntry.objects.filter(store=invoice.store)
    for harm in (lambda: mine.update(amount=1), lambda: mine.delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            harm()
    assert mine.update(effective_on="2026-01-04") == 1


def test_a_recount_finds_nothing_or_names_and_mends_it(invoice):
    assert recount(invoice.store) == 0
    Invoice.objects.filter(store=invoice.store).update(open_balance=80)
    assert recount(invoice.store) == 1
    assert recount(invoice.store) == 0
    assert entries(invoice)[-1][:2] == ("edited-outside", -20)


def test_in_another_time_zone_a_moment_is_another_day(books):
    """Paid at 23:30 UTC on the 10th: in Tokyo that was the 11th already."""
    books.invoice(1, original=100, open=100, issued="2026-01-03", due="2026-02-02", seen="2026-01-03")
    books.payment(7, {1: 40}, made="2026-01-10T23:30", seen="2026-01-11")
    books.invoice(1, open=60, changed="2026-01-10T23:30", seen="2026-01-11")
    assert owed(books, "2026-01-10") == [60, 0, 0, 0, 0, 0]
    books.store.time_zone = "Asia/Tokyo"
    books.store.save()
    recount_days(books.store)
    assert owed(books, "2026-01-10") == [100, 0, 0, 0, 0, 0]
    assert owed(books, "2026-01-11") == [60, 0, 0, 0, 0, 0]
    assert recount(books.store) == 0


def test_a_payment_keeps_its_day_when_it_is_edited_or_applied_again(invoice):
    """For the company's last payment as for how fast it pays."""
    invoice.payment(7, {1: 50}, made="2026-01-13", seen="2026-01-13")
    invoice.invoice(1, open=50, changed="2026-01-13", seen="2026-01-13")
    for day, lines, status, left in (
        ("2026-02-01", {1: 20}, 3, 80),
        ("2026-02-10", {1: 20}, 4, 100),
        ("2026-02-20", {1: 20}, 3, 80),
    ):
        invoice.payment(7, lines, status=status, changed=day, seen=day)
        invoice.invoice(1, open=left, changed=day, seen=day)
        kept = CompanyBalance.objects.get(store=invoice.store)
        assert kept.last_payment_on == (dt.date(2026, 1, 13) if left < 100 else None)
    assert paying(invoice.controller, 1, TODAY)["EUR"] == Paying(Decimal("10.0"), Decimal("-20.0"))
    assert recount(invoice.store) == 0
