"""What companies owe today, by the kept sums: of this store, in this currency, as late as a bucket says."""

import datetime as dt

from arportal.receivables.ageing.buckets import STANDARD
from arportal.receivables.ageing.companies import ids_with_debt_in, kept_balances
from arportal.receivables.models import Basis, CompanyAgeing, CompanyBalance
from tests.receivables.ledger.books import Books

TODAY = dt.date(2026, 3, 31)


def kept(books: Books, company_ids: list[int], currency: str = "") -> dict[int, list[str]]:
    balances = kept_balances(books.controller, company_ids, currency)
    return {company_id: [row.currency for row in rows] for company_id, rows in balances.items()}


def test_balances(owing):
    assert kept(owing, [1, 3, 9]) == {1: ["EUR"], 3: ["EUR", "JPY"]}
    assert kept(owing, [1, 3], "JPY") == {3: ["JPY"]}
    # One has paid all, and one has a credit alone.
    assert kept(owing, [4, 5]) == {4: ["EUR"], 5: ["EUR"]}
    CompanyBalance.objects.filter(store=owing.store, company_id=4).update(last_payment_on=None)
    assert kept(owing, [4, 5]) == {5: ["EUR"]}


def with_debt(books: Books, key: str, currency: str = "", day: dt.date = TODAY) -> set[int]:
    return set(ids_with_debt_in(books.store, STANDARD.of(key), day, currency))


def test_who_owes_what_is_so_late(owing, other_store):
    theirs = {"store": other_store, "company_id": 8, "currency": "EUR", "open": 5, "credit": 0}
    for late in (0, 1, 40, 400):
        aged_on = TODAY - dt.timedelta(days=late)
        CompanyAgeing.objects.create(**theirs, basis=Basis.DUE, aged_on=aged_on)
    late = {"overdue": 5, "late_30": 0, "late_60": 0, "late_90": 0, "oldest_due_on": dt.date(2025, 1, 1)}
    CompanyBalance.objects.create(**theirs, **late)
    # Invoice 3 of one euro is not late yet; 2 is so by one day; 1 and that in yen by more, 6 was paid.
    assert with_debt(owing, "current") == {3}
    assert with_debt(owing, "1-30") == {2}
    assert with_debt(owing, "31-60") == {1, 3}
    assert with_debt(owing, "31-60", "EUR") == {1}
    assert with_debt(owing, "91-") == set()
    assert with_debt(owing, "91-", day=TODAY + dt.timedelta(days=40)) == {1, 3}
    assert with_debt(owing, "91-", "JPY", day=TODAY + dt.timedelta(days=40)) == {3}
