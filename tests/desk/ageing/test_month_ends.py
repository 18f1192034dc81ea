"""Month-ends that are kept: by whom and when, asked again, and explained line by line."""

import datetime as dt
import re
from decimal import Decimal

import pytest

from arportal.receivables import tasks
from arportal.receivables.ageing.ageing import ageing
from arportal.receivables.ageing.differences import as_known_now, differences
from arportal.receivables.ageing.snapshots import as_known_then, kept, mismatches, month_end_to_keep
from arportal.receivables.models import AgeingSnapshot, Ledger, SnapshotRow
from tests.desk.ageing.conftest import text_of
from tests.whole import only_whole

LATER = dt.date(2026, 3, 31)
MINUS = "\N{MINUS SIGN}"


@pytest.fixture
def books(january):
    """Nothing is known of March yet."""
    return january


@pytest.fixture
def keep(books):
    """Runs the hourly task at a moment of the store, with the jobs that it asks for."""

    def keep(moment: str) -> list[dt.date]:
        with books.at(moment):
            tasks.keep_every_month_end(0)
            for job in jobs_of(books.store.pk):
                tasks.keep_store_month_end(job)
        return list(AgeingSnapshot.objects.filter(store=books.store).values_list("as_of", flat=True))

    return keep


def jobs_of(store_id: int) -> list[int]:
    from procrastinate.contrib.django.models import ProcrastinateJob

    jobs = ProcrastinateJob.objects.filter(task_name=tasks.keep_store_month_end.name, status="todo")
    return [store_id] if jobs.filter(args__store_id=store_id).exists() else []


@pytest.fixture
def february(books, keep) -> AgeingSnapshot:
    """Kept in the first hour of March; then a payment of February is seen, and a due date is put off."""
    keep("2026-03-01T00:27")
    books.payment(8, {2: 50}, made="2026-02-27", seen="2026-03-01T08:00")
    books.invoice(2, open=200, changed="2026-02-27", seen="2026-03-01T08:00")
    books.invoice(1, due="2026-01-10", seen="2026-03-02")
    books.invoice(5, open=6000, changed="2026-03-05", seen="2026-03-05")
    return AgeingSnapshot.objects.get(store=books.store)


@only_whole("test_it_is_kept_once_and_a_missed_one_later")
@pytest.mark.parametrize("when", ["before", "after"])
def test_the_task_keeps_a_month_when_it_is_over_in_the_store(books, keep, when):
    moments = {"before": "2026-03-01T00:05", "after": "2026-03-01T00:27"}
    expected = {"before": dt.date(2026, 1, 31), "after": dt.date(2026, 2, 28)}
    assert keep(moments[when]) == [expected[when]]


def test_it_is_kept_once_and_a_missed_one_later(books, keep):
    assert keep("2026-03-09") == [dt.date(2026, 2, 28)]
    first = AgeingSnapshot.objects.get()
    keep("2026-03-10")
    assert AgeingSnapshot.objects.get() == first
    assert first.known_at == books.moment("2026-03-01T00:00")


@only_whole("test_it_is_kept_once_and_a_missed_one_later")
def test_what_was_over_before_the_ledger_was_built_is_not_kept(books, keep):
    assert keep("2026-01-31T23:50") == []
    Ledger.objects.filter(store=books.store).update(built_at=None)
    with books.at("2026-03-01"):
        assert month_end_to_keep(books.store, books.moment("2026-03-01")) is None


@only_whole("test_it_is_kept_once_and_a_missed_one_later")
def test_late_by_a_server_that_was_down_it_says_the_same(books, keep, february):
    """Kept ten days later, it still holds what was known at midnight."""
    figures = sorted(map(str, kept(books.controller, february)))
    february.delete()
    keep("2026-03-11")
    assert sorted(map(str, kept(books.controller, AgeingSnapshot.objects.get()))) == figures


def test_asked_again_as_known_then_the_ledger_says_the_same(books, february):
    assert len(kept(books.controller, february)) == 3
    assert mismatches(books.controller, february, LATER) == []
    SnapshotRow.objects.filter(snapshot=february, company_id=2).update(credit=Decimal("-0.01"))
    wrong = mismatches(books.controller, february, LATER)
    assert [(each.company_id, each.currency) for each in wrong] == [(2, "EUR")]


def test_the_differences_add_up(books, february):
    """By currency, what was kept plus every difference is what is known now; each is the sum of its late entries."""
    as_of = as_known_then(february, LATER)
    lines = differences(books.controller, as_of, None, 100)
    assert [(line.invoice_id, line.amount.amount, line.is_redated) for line in lines] == [
        (1, 0, True),
        (2, Decimal(-50), False),
    ]
    for line in lines:
        assert line.amount.amount == sum(entry.amount for entry in line.late)
    then: dict[str, Decimal] = {}
    for row in kept(books.controller, february):
        then[row.currency] = then.get(row.currency, Decimal(0)) + row.balance.amount
    for line in lines:
        then[line.amount.currency] += line.amount.amount
    now = {row.currency: row.balance.amount for row in ageing(books.controller, as_known_now(as_of))}
    assert then == now


def test_the_page(see, february):
    text = text_of(see(f"ageing/month-ends/{february.pk}/"))
    assert "gives the same figures to the cent: 3 companies" in text
    assert re.search(rf"Payment {MINUS}50.00 EUR, took effect on Feb 27, 2026, seen Mar 1, 2026", text)
    assert "Its day was changed from Feb 2, 2026 to Jan 10, 2026" in text
    listed = text_of(see("ageing/month-ends/"))
    assert f'href="/s/books/ageing/month-ends/{february.pk}/"' in listed
    assert "310.00" in listed


@only_whole("test_the_page")
def test_a_ledger_that_says_something_else_is_called_so(see, february):
    SnapshotRow.objects.filter(snapshot=february, company_id=2).update(credit=Decimal("-0.01"))
    text = text_of(see(f"ageing/month-ends/{february.pk}/"))
    assert "the ledger gives other figures for 1 company" in text
    assert "Beta" in text.partition("gives other figures")[2].partition("</div>")[0]


def test_who_sees_one_company_sees_its_month_end_alone(see, february, restricted):
    text = text_of(see(f"ageing/month-ends/{february.pk}/", restricted))
    assert "to the cent: 1 company" in text
    assert "N2" in text
    for unseen in ("N1", "JPY", "7,000", "Alpha"):
        assert unseen not in text
    listed = text_of(see("ageing/month-ends/", restricted))
    assert "250.00" in listed
    assert "310.00" not in listed
    assert "JPY" not in listed


@only_whole("desk/test_tenants.py::test_another_store_does_not_exist")
def test_no_month_end_yet_and_none_of_another_store(see, books, browse, admin, february):
    assert browse(admin).get(f"/s/demo/ageing/month-ends/{february.pk}/").status_code == 404
    february.delete()
    assert "No month-end is kept yet" in text_of(see("ageing/month-ends/"))


@only_whole("test_the_page")
def test_pages_of_differences(see, books, keep, monkeypatch):
    from arportal.desk.ageing import snapshots

    monkeypatch.setattr(snapshots, "SIZE", 1)
    keep("2026-03-01T00:27")
    for number in (1, 2):
        books.invoice(number, original=500, open=500, changed="2026-02-01", seen="2026-03-02")
    month_end = AgeingSnapshot.objects.get()
    address, shown = f"ageing/month-ends/{month_end.pk}/", []
    first = address
    while address:
        text = text_of(see(address))
        shown += re.findall(r">(N\d)</a>", text)
        following = text.partition('rel="next" href="')[2].partition('"')[0]
        address = first + following if following else ""
    assert shown == ["N1", "N2"]
