"""Random histories: the ageing as of every day, as known now and on every day before, equals a naive replay."""

from collections import defaultdict
from decimal import Decimal

import pytest
from django.db.models import Sum

from arportal.mirror.models import Invoice
from arportal.receivables.ageing.ageing import AsOf, ageing, ageing_by_company
from arportal.receivables.ageing.buckets import Buckets
from arportal.receivables.ledger.recount import different_invoices, different_sums
from arportal.receivables.ledger.sums import rebuild_sums
from arportal.receivables.models import (
    AgeingMovement,
    Basis,
    CompanyAgeing,
    CompanyBalance,
    DailyCause,
    StoreAgeing,
    StoreBalance,
)
from tests.receivables.ageing.histories import History
from tests.receivables.ledger.books import Books
from tests.whole import whole_or

EDGES = (2, 5, 30)
ZONES = ("UTC", "America/Los_Angeles", "Asia/Tokyo")


@pytest.fixture(params=whole_or(range(3), [2]))
def history(db, request) -> History:
    history = History(Books(ZONES[request.param]), seed=request.param, days=whole_or(18, 8))
    history.play()
    return history


def test_every_day_as_known_on_every_day(history):
    today = history.days[-1]
    wrong = []
    for day in history.days:
        for known_on in [None, *(one for one in history.days if one >= day)]:
            for basis in Basis:
                as_of = AsOf(day, today, known_on, basis, Buckets(EDGES))
                expected = history.ageing(day, known_on, EDGES, by_due=basis == Basis.DUE)
                found = {
                    (row.company_id, row.currency): (list(row.amounts), row.credit_amount)
                    for row in ageing_by_company(history.books.controller, as_of)
                }
                if found != expected or of_store(history, as_of) != totals(expected):
                    wrong.append((day, known_on, basis, found, expected))
    assert not wrong[:1]
    agrees_with_the_mirror(history)
    kept = all_sums(history)
    rebuild_sums(history.books.store)
    assert all_sums(history) == kept


def of_store(history: History, as_of: AsOf) -> dict[str, tuple[list[Decimal], Decimal]]:
    return {
        row.currency: (list(row.amounts), row.credit_amount)
        for row in ageing(history.books.controller, as_of)
    }


def totals(by_company) -> dict[str, tuple[list[Decimal], Decimal]]:
    sums: dict[str, tuple[list[Decimal], Decimal]] = {}
    for (_company, currency), (amounts, credit) in by_company.items():
        known = sums.get(currency, ([Decimal(0)] * len(amounts), Decimal(0)))
        sums[currency] = (
            [one + other for one, other in zip(known[0], amounts, strict=True)],
            known[1] + credit,
        )
    return sums


def agrees_with_the_mirror(history: History) -> None:
    store = history.books.store
    assert different_invoices(store) == []
    assert different_sums(store) == 0
    rows = Invoice.objects.filter(store=store, gone_at=None).values("currency").annotate(sum=Sum("balance"))
    today = AsOf(history.days[-1], history.days[-1])
    balances = {row.currency: row.balance.amount for row in ageing(history.books.controller, today)}
    assert {row["currency"]: row["sum"] for row in rows if row["sum"]} == {
        currency: amount for currency, amount in balances.items() if amount
    }


def all_sums(history: History) -> dict[str, dict[tuple, tuple]]:
    """What is not zero in each table: key → figures."""
    found: dict[str, dict[tuple, tuple]] = defaultdict(dict)
    for model in (AgeingMovement, CompanyAgeing, CompanyBalance, StoreAgeing, StoreBalance, DailyCause):
        for row in model.objects.filter(store=history.books.store).values():
            figures = tuple(row.pop(name) for name in ("open", "credit", "amount") if name in row)
            del row["id"]
            if any(figures):
                found[model.__name__][tuple(sorted(row.items()))] = figures
    return found
