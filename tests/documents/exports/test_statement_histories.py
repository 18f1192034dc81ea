"""Runs of statements over random histories and random families of companies, with and without subsidiaries.

Whose they are and what each says is compared with a replay of the facts, and their sums with the ageing report.
"""

import random
from collections import defaultdict
from decimal import Decimal

import pytest

from arportal.documents.exports.statements import Question, chosen_companies
from arportal.mirror.models import Company
from arportal.receivables.ageing.ageing import Aged, AsOf, ageing
from arportal.receivables.statements.statement import Period, statement
from tests.receivables.ageing.histories import History
from tests.receivables.ledger.books import Books
from tests.whole import whole_or

Balances = dict[str, Decimal]


@pytest.fixture
def history(db) -> History:
    history = History(Books("Asia/Tokyo"), seed=23, days=14)
    history.play()
    ids = sorted({fact.company_id for fact in history.facts})
    Company.objects.bulk_create(
        Company(store=history.books.store, api_id=api_id, name=f"C{api_id}", status=1, extra_fields=[])
        for api_id in ids
    )
    return history


def families(ids: list[int], seed: int) -> dict[int, int | None]:
    """Company → its parent, which has a smaller id: no circle."""
    chance = random.Random(seed)
    return {api_id: chance.choice([None, *ids[:number]]) for number, api_id in enumerate(ids)}


def top_of(api_id: int, parents: dict[int, int | None]) -> int:
    while (parent := parents[api_id]) is not None:
        api_id = parent
    return api_id


def replayed(history: History, day, groups: dict[int, int]) -> dict[int, Balances]:
    """Group → what it owes at the end of the day in each currency, by the facts; nothing where that is nothing."""
    sums: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for fact in history.facts:
        if fact.effective_on <= day:
            sums[groups[fact.company_id], fact.currency] += fact.amount
    groups: dict[int, Balances] = defaultdict(dict)
    for (group, currency), amount in sums.items():
        if amount:
            groups[group][currency] = amount
    return dict(groups)


def test_it_works(history):
    actor, today = history.books.controller, history.days[-1]
    ids = sorted(Company.objects.filter(store=history.books.store).values_list("api_id", flat=True))
    wrong, seen = [], 0
    for seed in whole_or((1, 2, 3, 4, 5), (5, 4)):
        parents = families(ids, seed)
        for api_id, parent_id in parents.items():
            Company.objects.filter(store=history.books.store, api_id=api_id).update(parent_id=parent_id)
        for day in history.days[4 :: whole_or(1, 3)]:
            for consolidated in (False, True):
                groups = {api_id: top_of(api_id, parents) if consolidated else api_id for api_id in ids}
                expected = replayed(history, day, groups)
                seen += len(expected)
                period = Period(history.days[3], day, today)
                question = Question(period, open_items=True, consolidated=consolidated)
                wrong += flaws(actor, question, expected)
    assert seen > 20
    assert wrong == []


def flaws(actor, question: Question, expected: dict[int, Balances]) -> list[tuple]:
    period = question.period
    chosen = {each.company.api_id: each for each in chosen_companies(actor, question)}
    wrong = [("whose", set(chosen) ^ set(expected))] if set(chosen) != set(expected) else []
    total: dict[str, Aged] = {}
    for api_id, each in chosen.items():
        balances = {row.currency: row.balance.amount for row in each.balances if row.balance}
        accounts = statement(actor, each.company_ids, period)
        closing = {account.currency: account.closing.amount for account in accounts if account.closing}
        if not expected.get(api_id) == balances == closing:
            wrong.append((period.last, api_id, expected.get(api_id), balances, closing))
        for account in accounts:
            moved = sum((row.amount.amount for row in account.movements), account.opening.amount)
            foot = sum((amount.amount for _label, amount in account.ageing), Decimal(0))
            items = sum((item.balance.amount for item in account.open_items), Decimal(0))
            if not moved == foot == items == account.closing.amount:
                wrong.append((period.last, api_id, account.currency, moved, foot, items))
            code = account.currency
            total[code] = total[code].plus(account.aged) if code in total else account.aged
    # All feet together are the ageing report of that day, but for companies with nothing in sum.
    report = {row.currency: row.balance for row in ageing(actor, AsOf(period.last, period.today))}
    ours = {code: aged.balance for code, aged in total.items()}
    if {code: money for code, money in report.items() if money} != {
        code: money for code, money in ours.items() if money
    }:
        wrong.append((period.last, "report", report, ours))
    return wrong
