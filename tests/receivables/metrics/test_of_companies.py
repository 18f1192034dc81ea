"""Sales, receipts, debtors and what falls due: the kept sums of a store, the entries of a few companies, and a plain
recomputation from the invoices say the same."""

import datetime as dt
import random
from collections import defaultdict
from decimal import Decimal

import pytest

from arportal.receivables.metrics.debtors import currencies, largest_debtors
from arportal.receivables.metrics.flows import flows
from arportal.receivables.metrics.forecast import by_due_date
from arportal.stores.models import Membership
from tests.receivables.ledger.books import Books

TODAY = dt.date(2026, 3, 10)
COMPANIES = (1, 2, 3, 4)


@pytest.fixture
def books(db) -> Books:
    """Sixty invoices of four companies in two currencies; some paid, in part or whole, one refunded, one deleted."""
    rng = random.Random(11)
    books = Books()
    books.begin("2025-06-01")
    for number in range(1, 61):
        issued = TODAY - dt.timedelta(days=rng.randrange(2, 250))
        amount = rng.randrange(-20, 200) or 7
        books.invoice(
            number,
            original=amount,
            open=amount,
            issued=issued,
            due=f"{issued + dt.timedelta(days=rng.choice([0, 14, 30, 60]))}",
            seen=issued,
            company=rng.choice(COMPANIES),
            currency=rng.choice(["EUR", "JPY"]),
        )
        if amount > 10 and number % 2:
            made = issued + dt.timedelta(days=rng.randrange((TODAY - issued).days))
            paid = rng.choice([amount, amount // 2])
            books.payment(number, {number: paid}, made=made, seen=made)
            books.invoice(number, open=amount - paid, changed=made, seen=made)
    books.payment(1, status=4, changed=TODAY, seen=TODAY)
    books.invoice(1, open=books.invoices[1]["original"], changed=TODAY, seen=TODAY)
    books.invoice_gone(2, seen=TODAY)
    return books


@pytest.fixture
def restricted(books) -> Membership:
    books.controller.all_companies = False
    books.controller.company_ids = [1, 3]
    return books.controller


def its(books: Books, companies=COMPANIES, currency: str = "EUR") -> list[dict]:
    return [
        known
        for number, known in books.invoices.items()
        if number != 2 and int(known["customerId"]) in companies and known["currency"] == currency
    ]


def expected_sales(books: Books, companies) -> dict[dt.date, Decimal]:
    sales: dict[dt.date, Decimal] = defaultdict(Decimal)
    for known in its(books, companies):
        sales[dt.datetime.fromtimestamp(known["createdAt"], dt.UTC).date()] += known["original"]
    return {day: amount for day, amount in sales.items() if amount}


def expected_receipts(books: Books, companies) -> dict[dt.date, Decimal]:
    receipts: dict[dt.date, Decimal] = defaultdict(Decimal)
    invoices = {known["id"] for known in its(books, companies)}
    for number, payment in books.payments.items():
        if number in invoices:
            paid = Decimal(payment["lineItems"][0]["amount"]["value"])
            receipts[dt.datetime.fromtimestamp(payment["createdAt"], dt.UTC).date()] += paid
            if payment["processingStatus"] == 4:
                receipts[TODAY] -= paid
    return {day: amount for day, amount in receipts.items() if amount}


def test_flows_of_the_store(books):
    found = flows(books.controller, "EUR", TODAY - dt.timedelta(days=400))
    sales = expected_sales(books, COMPANIES)
    gone = books.invoices[2]
    if gone["currency"] == "EUR":  # It was sold, and was no sale since.
        sales[dt.datetime.fromtimestamp(gone["createdAt"], dt.UTC).date()] += gone["original"]
        sales[TODAY] = -gone["original"]
    assert dict(found.sales) == sales
    assert dict(found.receipts) == expected_receipts(books, COMPANIES)


def test_flows_of_some_companies(books, restricted):
    found = flows(restricted, "EUR", TODAY - dt.timedelta(days=400))
    assert dict(found.receipts) == expected_receipts(books, (1, 3))
    assert found.receipts != expected_receipts(books, COMPANIES)
    assert sum(found.sales.values()) == sum(expected_sales(books, (1, 3)).values())


def test_flows_begin_on_their_first_day(books):
    first = TODAY - dt.timedelta(days=100)
    days = {*(found := flows(books.controller, "EUR", first)).sales, *found.receipts}
    assert min(days) >= first


@pytest.mark.parametrize("companies", [COMPANIES, (1, 3)])
def test_what_falls_due(books, companies):
    actor = books.controller
    actor.all_companies, actor.company_ids = companies == COMPANIES, list(companies)
    weeks = by_due_date(actor, "EUR", TODAY)
    assert len(weeks) == 8
    assert any(week.amount for week in weeks)
    for number, week in enumerate(weeks):
        first = TODAY + dt.timedelta(days=7 * number)
        assert (week.first, week.last) == (first, first + dt.timedelta(days=6))
        due = (
            known["open"]
            for known in its(books, companies)
            if first <= dt.datetime.fromtimestamp(known["dueDate"], dt.UTC).date() <= week.last
        )
        assert week.amount == sum(amount for amount in due if amount > 0)


@pytest.mark.parametrize("companies", [COMPANIES, (1, 3)])
def test_debtors(books, companies):
    actor = books.controller
    actor.all_companies, actor.company_ids = companies == COMPANIES, list(companies)
    open_of: dict[int, int] = defaultdict(int)
    late_of: dict[int, int] = defaultdict(int)
    for known in its(books, companies):
        if known["open"] > 0:
            open_of[int(known["customerId"])] += known["open"]
            if dt.datetime.fromtimestamp(known["dueDate"], dt.UTC).date() < TODAY:
                late_of[int(known["customerId"])] += known["open"]
    expected = sorted(open_of.items(), key=lambda item: -item[1])
    found = largest_debtors(actor, "EUR", TODAY)
    assert [(debtor.company_id, debtor.open.amount) for debtor in found] == expected
    assert [debtor.overdue.amount for debtor in found] == [late_of[company] for company, _open in expected]


def test_currencies(books):
    assert set(currencies(books.controller)) == {"EUR", "JPY"}
