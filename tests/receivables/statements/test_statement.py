"""Statements of random histories: opening + movements = closing = the ageing report's balance, in every currency."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

import pytest

from arportal.mirror.models import Company
from arportal.receivables.ageing.ageing import AsOf, ageing
from arportal.receivables.statements import statement as module
from arportal.receivables.statements.statement import (
    Account,
    Period,
    TooLong,
    ids_with_subsidiaries,
    statement,
)
from tests.receivables.ageing.histories import History
from tests.receivables.ledger.books import Books
from tests.whole import only_whole, whole_or

ZERO = Decimal(0)


@pytest.fixture
def history(db) -> History:
    history = History(Books("America/Los_Angeles"), seed=11, days=whole_or(16, 8))
    history.play()
    return history


@pytest.fixture
def companies(history) -> list[int]:
    return sorted({fact.company_id for fact in history.facts})


def replayed(history: History, ids: tuple[int, ...], period: Period) -> dict[str, tuple[Decimal, Decimal]]:
    """Currency → opening and closing balance, by the facts."""
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for fact in history.facts:
        if fact.company_id in ids:
            sums[fact.currency][0] += fact.amount if fact.effective_on < period.first else 0
            sums[fact.currency][1] += fact.amount if fact.effective_on <= period.last else 0
    return {code: (opening, closing) for code, (opening, closing) in sums.items()}


def flaws(account: Account, expected: tuple[Decimal, Decimal]) -> list[str]:
    moved = sum((row.amount.amount for row in account.movements), ZERO)
    items = sum((item.balance.amount for item in account.open_items), ZERO)
    foot = sum((amount.amount for _label, amount in account.ageing), ZERO)
    opening, closing = account.opening.amount, account.closing.amount
    checks = {
        "opening + movements": opening + moved == closing,
        "the open invoices": items == closing,
        "the foot": foot == closing,
        "the replay": (opening, closing) == expected,
        "in order": account.movements == sorted(account.movements, key=lambda row: row.day),
    }
    return [name for name, holds in checks.items() if not holds]


@only_whole("test_the_foot_is_that_of_the_ageing_report")
def test_every_period_of_every_company_and_of_all_together(history, companies):
    actor, today = history.books.controller, history.days[-1]
    wrong, seen = [], 0
    for first, last in [*combinations(history.days, 2), *zip(history.days, history.days, strict=True)][::7]:
        period = Period(first, last, today)
        for ids in (*((one,) for one in companies), tuple(companies)):
            expected = replayed(history, ids, period)
            accounts = statement(actor, ids, period)
            told = {account.currency for account in accounts}
            silent = {code for code, sums in expected.items() if any(sums)} - told
            wrong += [(period, ids, f"without {code}") for code in silent]
            for account in accounts:
                seen += 1
                problems = flaws(account, expected.get(account.currency, (ZERO, ZERO)))
                wrong += [(period, ids, account.currency, problem) for problem in problems]
    assert seen > 50
    assert not wrong[:1]


def test_the_foot_is_that_of_the_ageing_report(history, companies):
    actor, today = history.books.controller, history.days[-1]
    for day in history.days[::5]:
        period = Period(history.days[0], day, today)
        accounts = statement(actor, tuple(companies), period)
        report = {row.currency: row for row in ageing(actor, AsOf(day, today))}
        assert {account.currency: account.aged for account in accounts if account.closing} == {
            code: row for code, row in report.items() if row.balance
        }
        # Without movements it says the same, but for currencies in which nothing is left.
        assert statement(actor, tuple(companies), period, movements=False) == [
            replace(account, opening=account.closing, movements=[])
            for account in accounts
            if account.open_items
        ]


def test_the_companies_below_another(db):
    books = Books()
    for api_id, parent_id in ((1, None), (2, 1), (3, 2), (4, None)):
        Company.objects.create(
            store=books.store,
            api_id=api_id,
            name=f"C{api_id}",
            status=1,
            parent_id=parent_id,
            extra_fields=[],
        )
    top = Company.objects.get(store=books.store, api_id=1)
    actor = books.controller
    assert ids_with_subsidiaries(actor, top) == (1, 2, 3)
    actor.all_companies, actor.company_ids = False, [1, 3]
    assert ids_with_subsidiaries(actor, top) == (1, 3)


@only_whole("test_the_foot_is_that_of_the_ageing_report")
def test_more_than_anybody_reads(history, companies, monkeypatch):
    monkeypatch.setattr(module, "MOST_LINES", 3)
    with pytest.raises(TooLong):
        statement(
            history.books.controller,
            tuple(companies),
            Period(history.days[0], history.days[-1], history.days[-1]),
        )
