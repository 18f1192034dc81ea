"""Sales, receipts, debtors and what falls due: the kept sums of a store, the entries of a few companies, and a plain
recomputation say the same."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal

from arportal.b2b import Money
from arportal.receivables.metrics.debtors import BalanceChange, currencies, largest_debtors
from arportal.receivables.metrics.flows import flows
from arportal.receivables.metrics.forecast import by_due_date
from arportal.receivables.models import CompanyBalance
from arportal.stores.models import Membership
from tests.receivables.metrics.a_year import GONE, REFUNDED, TODAY, Fact, facts

YEAR_AGO = TODAY - dt.timedelta(days=400)


def its(actor, currency: str = "EUR") -> list[Fact]:
    return [fact for fact in facts() if fact.company in actor.company_ids and fact.currency == currency]


def without_zeros(sums: dict[dt.date, int]) -> dict[dt.date, int]:
    return {day: amount for day, amount in sums.items() if amount}


def test_sales_and_receipts(actor):
    sales: dict[dt.date, int] = defaultdict(int)
    receipts: dict[dt.date, int] = defaultdict(int)
    for fact in its(actor):
        sales[fact.issued] += fact.amount
        receipts[fact.paid_on] += fact.paid
        if fact.number == GONE:
            sales[TODAY] -= fact.amount - fact.paid
        if fact.number == REFUNDED:
            receipts[TODAY] -= fact.paid
    found = flows(actor, "EUR", YEAR_AGO)
    assert found.sales == without_zeros(sales)
    assert found.receipts == without_zeros(receipts)
    # They begin on their first day.
    first = TODAY - dt.timedelta(days=100)
    later = flows(actor, "EUR", first)
    assert later.sales == {day: amount for day, amount in found.sales.items() if day >= first}


def test_what_falls_due(actor):
    weeks = by_due_date(actor, "EUR", TODAY)
    assert len(weeks) == 8
    assert any(week.amount for week in weeks) or not actor.all_companies
    for number, week in enumerate(weeks):
        first = TODAY + dt.timedelta(days=7 * number)
        assert (week.first, week.last) == (first, first + dt.timedelta(days=6))
        due = [fact.balance for fact in its(actor) if fact.due and first <= fact.due <= week.last]
        assert week.amount == sum(balance for balance in due if balance > 0)


def test_the_eighth_week_has_its_last_day(books):
    known = [fact for fact in facts() if fact.currency == "EUR" and fact.balance > 0 and fact.due]
    last = max(fact.due for fact in known)
    weeks = by_due_date(books.controller, "EUR", last - dt.timedelta(days=55))
    due = [fact.balance for fact in known if last - dt.timedelta(days=6) <= fact.due]
    assert weeks[-1].amount == sum(due)


def test_the_currency_in_which_most_companies_owe_is_the_first(other_store):
    nothing = {"credit": 0, "overdue": 0, "late_30": 0, "late_60": 0, "late_90": 0}
    for company_id, currency, open_amount in ((1, "EUR", "0"), (2, "EUR", "0"), (3, "JPY", "0.50")):
        about = {"company_id": company_id, "currency": currency, "open": Decimal(open_amount)}
        CompanyBalance.objects.create(store=other_store, **about, **nothing)
    assert currencies(Membership(store=other_store, all_companies=True)) == ["JPY", "EUR"]


def test_a_balance_that_has_risen():
    def change(now: str) -> BalanceChange:
        return BalanceChange(1, Money(Decimal(now), "EUR"), Money(Decimal(5), "EUR"))

    assert [change(now).is_up for now in ("4", "5", "5.50")] == [False, False, True]


def test_debtors_and_currencies(actor):
    assert set(currencies(actor)) == {"EUR", "JPY"}
    open_of: dict[int, int] = defaultdict(int)
    late_of: dict[int, int] = defaultdict(int)
    for fact in its(actor):
        if fact.balance > 0:
            open_of[fact.company] += fact.balance
            late_of[fact.company] += fact.balance * bool(fact.due and fact.due < TODAY)
    expected = sorted(open_of.items(), key=lambda item: -item[1])
    found = largest_debtors(actor, "EUR", TODAY)
    assert [(debtor.company_id, debtor.open.amount) for debtor in found] == expected
    assert [debtor.overdue.amount for debtor in found] == [
        Decimal(late_of[company]) for company, _open in expected
    ]
