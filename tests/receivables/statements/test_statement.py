"""Statements of random histories: opening + movements = closing = the ageing report's balance, in every currency."""

import datetime as dt
import uuid
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

import pytest

from arportal.b2b import Money
from arportal.mirror.models import Company, Invoice
from arportal.receivables.ageing.ageing import AsOf, ageing
from arportal.receivables.ageing.invoices import AgedInvoice
from arportal.receivables.models import NO_DAY
from arportal.receivables.on_account.keeping import Received, receive
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


@pytest.fixture
def books(db) -> Books:
    """Four invoices of company 1 in EUR, the second a credit, none moved since 7 January; and one of company 2."""
    books = Books()
    books.begin("2026-01-01")
    books.invoice(1, original=100, open=100, issued="2026-01-03", due="2026-02-02", seen="2026-01-03")
    books.invoice(2, original=50, open="-0.50", issued="2026-01-04", due="2026-02-02", seen="2026-01-04")
    books.invoice(3, original="0.40", open="0.40", issued="2026-01-05", due="2026-02-19", seen="2026-01-05")
    books.invoice(4, original=9, open=9, issued="2026-01-07", due="2026-03-01", seen="2026-01-07")
    books.invoice(5, original=8, open=8, issued="2026-01-08", company=2, seen="2026-01-08")
    return books


FEBRUARY = Period(dt.date(2026, 2, 1), dt.date(2026, 2, 20), dt.date(2026, 2, 20))
JANUARY = Period(dt.date(2026, 1, 1), dt.date(2026, 1, 31), FEBRUARY.today)


def test_what_is_open_is_told_though_nothing_has_moved(books):
    others = Books(slug="others")
    others.begin("2026-01-01")
    others.invoice(1, original=3, open=3, issued="2026-01-20", due="2026-02-02", seen="2026-01-20")
    Invoice.objects.filter(store=others.store).update(number="theirs")
    [account] = statement(books.controller, (1,), FEBRUARY)
    assert (account.opening, account.movements, account.closing) == (
        account.closing,
        [],
        Money(Decimal("108.9"), "EUR"),
    )
    told = [
        (item.number, item.issued_on.day, str(item.due_on), item.balance.amount, item.days_late)
        for item in account.open_items
    ]
    assert told == [
        ("N1", 3, "2026-02-02", 100, 18),
        ("N2", 4, "2026-02-02", Decimal("-0.5"), 0),
        ("N3", 5, "2026-02-19", Decimal("0.4"), 1),
        ("N4", 7, "2026-03-01", 9, 0),
    ]
    (_label, current), (_label, late), *later, (label, credit) = account.ageing
    assert (current.amount, late.amount, label, credit.amount) == (
        9,
        Decimal("100.4"),
        "Credit",
        Decimal("-0.5"),
    )
    assert {amount.amount for _label, amount in later} == {0}


def test_what_has_come_and_gone_is_told(books):
    books.invoice(6, original=30, open=30, issued="2026-01-09", currency="USD", seen="2026-01-09")
    books.invoice(6, open=0, changed="2026-01-12", seen="2026-01-12")
    _euros, dollars = statement(books.controller, (1,), JANUARY)
    assert [(row.number, row.amount.amount) for row in dollars.movements] == [("N6", 30), ("N6", -30)]
    assert (dollars.currency, dollars.closing.amount, dollars.open_items) == ("USD", 0, [])
    assert [account.currency for account in statement(books.controller, (1,), FEBRUARY)] == ["EUR"]


def test_an_invoice_without_a_day_to_age_from_is_not_late(books):
    with_no_day = [AgedInvoice(1, 1, NO_DAY, Money(Decimal(3), "EUR"))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "aged_invoices", lambda *_asked: with_no_day)
        [account] = statement(books.controller, (1,), FEBRUARY)
    [item] = account.open_items
    assert (item.due_on, item.days_late, item.balance.amount) == (None, 0, 3)


def test_money_on_account_is_told_in_a_currency_that_has_nothing_else(books):
    Company.objects.create(store=books.store, api_id=1, name="C1", status=1, extra_fields=[])
    received = Received(
        company_id=1,
        money=Money(Decimal(20), "USD"),
        received_on=dt.date(2026, 2, 3),
        reference="R1",
        payer_name="Payer",
        reason="No invoice named",
    )
    with books.at("2026-02-10"):
        receive(books.controller, uuid.uuid4(), received)
    euros, dollars = statement(books.controller, (1,), FEBRUARY)
    assert (euros.currency, euros.on_account, euros.net) == ("EUR", [], euros.closing)
    assert (dollars.closing.amount, dollars.unapplied.amount, dollars.net.amount) == (0, 20, -20)


def test_more_than_anybody_reads(books, monkeypatch):
    # The credit moved twice.
    for period, movements, count in ((JANUARY, True, 5), (FEBRUARY, False, 0)):
        most = count or 4
        monkeypatch.setattr(module, "MOST_LINES", most)
        [account] = statement(books.controller, (1,), period, movements=movements)
        assert (len(account.movements), len(account.open_items)) == (count, 4)
        monkeypatch.setattr(module, "MOST_LINES", most - 1)
        with pytest.raises(TooLong):
            statement(books.controller, (1,), period, movements=movements)
    # The ledger of many movements, of which little is open.
    for number in (1, 3, 4):
        books.invoice(number, open=0, changed="2026-01-20", seen="2026-01-20")
    with pytest.raises(TooLong):
        statement(books.controller, (1,), JANUARY)
