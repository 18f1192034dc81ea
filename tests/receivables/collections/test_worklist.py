"""The order of the worklist: what is overdue, what holds it back, what makes it worse."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from arportal.b2b import Money
from arportal.receivables.collections.disputes import open_dispute, resolve_dispute
from arportal.receivables.collections.judging import judge_promises
from arportal.receivables.collections.notes import add_note, finish_action
from arportal.receivables.collections.promises import add_promise
from arportal.receivables.collections.records import tell
from arportal.receivables.collections.worklist import in_order_of_worth, with_actions_of
from arportal.receivables.ledger.sums import bring_to_today
from arportal.receivables.models import CollectionEvent, CompanyBalance, Dispute, PromiseToPay
from tests.receivables.ledger.books import Books

TODAY = "2026-03-31"


@pytest.fixture
def books(db) -> Books:
    books = Books()
    books.begin("2026-03-01")
    for number, (amount, currency, due) in enumerate(
        [(100, "EUR", "2026-03-01"), (100, "EUR", "2026-03-21"), (900, "JPY", "2026-03-01")], start=1
    ):
        books.invoice(
            number,
            original=amount,
            open=amount,
            currency=currency,
            company=number,
            issued="2026-02-20",
            due=due,
            seen="2026-03-01",
        )
    with books.at(TODAY):
        bring_to_today(books.store)
    return books


def rows(books: Books, **which) -> dict[int, CompanyBalance]:
    """Company → its row."""
    now = books.moment(TODAY)
    balances = CompanyBalance.objects.visible_to(books.controller)
    if which:
        balances = with_actions_of(balances, **which)
    return {row.company_id: row for row in in_order_of_worth(balances, now.date(), now)}


def score(amount: int, days: int, *factors: str) -> Decimal:
    value = amount * (1 + Decimal(days) / 30)
    for factor in factors:
        value *= Decimal(factor)
    return round(value, 4)


def test_it_works(books):
    found = {company: round(row.score, 4) for company, row in rows(books).items()}
    assert found == {1: score(100, 30, "1.5"), 2: score(100, 10, "1.5"), 3: score(900, 30, "1.5")}
    # A cent is worth little, and nothing is not overdue.
    for company, overdue in ((1, "0.01"), (2, "0")):
        CompanyBalance.objects.filter(company_id=company).update(overdue=Decimal(overdue))
    assert set(rows(books)) == {1, 3}
    # What is due today is not late before tomorrow, whatever day the sums are of.
    CompanyBalance.objects.filter(company_id=3).update(oldest_due_on=dt.date.fromisoformat(TODAY))
    assert set(rows(books)) == {1}


def test_promises_disputes_and_contacts(books):
    actor, now, euros = books.controller, books.moment("2026-03-20"), Money(Decimal(30), "EUR")
    common = {"pay_by": dt.date(2026, 4, 2), "invoice_ids": [], "text": "", "now": now}
    add_promise(actor, uuid.uuid4(), 1, euros, **common)
    dispute = open_dispute(
        actor, uuid.uuid4(), 1, Money(Decimal(50), "EUR"), reason=Dispute.Reason.PRICE, text="", now=now
    )
    add_promise(actor, uuid.uuid4(), 2, euros, **common | {"pay_by": dt.date(2026, 3, 22)})
    with books.at("2026-03-23"):
        judge_promises(books.store, books.moment("2026-03-23"))
    first, second = (rows(books)[company] for company in (1, 2))
    assert (first.promised, first.disputed, first.broken_on) == (30, 50, None)
    assert round(first.score, 4) == score(20, 30)
    assert (second.promised, second.broken_on) == (0, dt.date(2026, 3, 22))
    assert round(second.score, 4) == score(100, 10, "2")
    resolve_dispute(actor, dispute.pk, Dispute.Outcome.REJECTED, "delivered", now)
    assert rows(books)[1].disputed == 0


def test_what_is_over_does_not_count(books):
    def promised(
        company: int, by: dt.date, state: str, at: str = "2025-12-01", amount: int = 30
    ) -> PromiseToPay:
        return PromiseToPay.objects.create(
            store=books.store,
            company_id=company,
            form_id=uuid.uuid4(),
            actor=books.controller,
            at=books.moment(at),
            currency="JPY" if company == 3 else "EUR",
            amount=amount,
            paid=0,
            pay_by=by,
            state=state,
        )

    last = dt.date(2026, 3, 31)
    remembered = last - dt.timedelta(days=90)
    promised(1, last, "withdrawn")
    over = promised(1, last - dt.timedelta(days=1), "open")
    promised(1, remembered - dt.timedelta(days=1), "broken")
    promised(2, remembered, "part-kept")
    promised(2, remembered + dt.timedelta(days=1), "broken")
    promised(3, last, "open", amount=950)
    for company, day in ((1, "2026-03-16"), (2, "2026-03-17")):
        note = {"action_on": None, "person": None, "now": books.moment(day)}
        add_note(books.controller, uuid.uuid4(), company, "called", **note)
    # That the promise was broken nobody has told the company.
    tell(over, CollectionEvent.What.BROKEN, None, books.moment("2026-03-30"))
    first, second, third = (rows(books)[company] for company in (1, 2, 3))
    assert (first.promised, first.broken_on, first.action_on) == (0, None, None)
    assert first.contacted_at == books.moment("2026-03-16")
    assert round(first.score, 4) == score(100, 30, "1.5")
    assert second.broken_on == remembered + dt.timedelta(days=1)
    assert round(second.score, 4) == score(100, 10, "2")
    assert (third.promised, third.chased, third.score) == (950, 0, 0)


def test_next_actions_stand_beside_it(books):
    actor, now = books.controller, books.moment("2026-03-20")
    for day in (28, 25):
        note = add_note(
            actor, uuid.uuid4(), 1, "call", action_on=dt.date(2026, 3, day), person=actor, now=now
        )
    assert rows(books)[1].action_on == dt.date(2026, 3, 25)
    assert list(rows(books, action_on__lte=dt.date(2026, 3, 25), person=actor)) == [1]
    finish_action(actor, note.pk, now)
    assert rows(books)[1].action_on == dt.date(2026, 3, 28)
    assert not rows(books, action_on__lte=dt.date(2026, 3, 25))
