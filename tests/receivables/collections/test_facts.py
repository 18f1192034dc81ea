"""What is known of companies before they are reminded: of this store, in this currency, and as it stands now."""

import datetime as dt
import uuid
from decimal import Decimal

from arportal.receivables.collections.choosing import Facts
from arportal.receivables.collections.facts import facts_of, sharing_credit
from arportal.receivables.models import Change, Dispute, OnAccount, OnAccountUse, PromiseToPay
from tests.receivables.asking import ask
from tests.receivables.ledger.books import Books

TODAY = dt.date(2026, 3, 31)
OVER = TODAY - dt.timedelta(days=1)


def facts(books: Books, currency: str = "EUR", day: dt.date = TODAY, **which: object) -> dict[int, Facts]:
    return {row.company_id: row for row in facts_of(books.store, currency, day, **which)}


def overdue(books: Books, currency: str = "EUR", **which: object) -> dict[int, list[int]]:
    """Company → its overdue invoices."""
    known = facts(books, currency, **which)
    return {company: [each.invoice_id for each in row.overdue] for company, row in known.items()}


def written(books: Books, company_id: int) -> dict[str, object]:
    """What every record of a company has."""
    now = books.moment("2026-03-10")
    return {
        "store": books.store,
        "company_id": company_id,
        "form_id": uuid.uuid4(),
        "actor": books.controller,
        "at": now,
    }


def dispute(books: Books, invoice_id: int, **more: object) -> None:
    about = written(books, 1) | {"currency": "EUR", "amount": 1, "reason": "price"}
    Dispute.objects.create(invoice_id=invoice_id, **about, **more)


def promise(
    books: Books,
    company_id: int,
    *invoices: int,
    by: dt.date = TODAY,
    currency: str = "EUR",
    state: str = "open",
) -> None:
    about = written(books, company_id) | {"currency": currency, "amount": 1, "paid": 0}
    PromiseToPay.objects.create(invoice_ids=list(invoices), pay_by=by, state=state, **about)


def put_on_account(books: Books, company_id: int, amount: str, currency: str = "EUR") -> None:
    about = written(books, company_id) | {"currency": currency, "received_on": OVER, "reason": "no number"}
    OnAccount.objects.create(amount=Decimal(amount), **about)


def credit(books: Books, number: int, company: int = 1) -> None:
    seen = "2026-03-01"
    books.invoice(number, original=-30, open=-30, company=company, issued=seen, due="2026-03-05", seen=seen)


def test_what_is_overdue(owed, elsewhere):
    assert overdue(owed) == {1: [1], 2: [2]}
    assert overdue(owed, "JPY") == {1: [3]}
    assert overdue(owed, company_ids=[2]) == {2: [2]}
    assert facts(owed, day=dt.date(2026, 3, 5)) == {}
    owed.invoice_gone(2, seen="2026-03-02")
    assert overdue(owed) == {1: [1]}


def test_what_is_on_its_way(owed, elsewhere):
    for books, invoice_id in ((owed, 1), (elsewhere, 2)):
        line = {"invoice_id": invoice_id, "amount": "40.00"}
        ask(
            books.controller,
            uuid.uuid4(),
            Change.Verb.RECORD_PAYMENT,
            company_id=1,
            payload={"lines": [line]},
        )
    assert {company: row.overdue[0].coming for company, row in facts(owed).items()} == {1: 40, 2: 0}


def test_disputes_that_are_open(owed, elsewhere):
    dispute(owed, 1)
    dispute(owed, 2, resolved_at=owed.moment("2026-03-20"))
    dispute(elsewhere, 2)
    assert facts(owed)[1].disputed == {1}


def test_promises_whose_day_is_not_over(owed, elsewhere):
    promise(owed, 1, 1)
    promise(owed, 1, currency="JPY")
    promise(owed, 2, 2, by=OVER)
    promise(owed, 2, state="withdrawn")
    promise(elsewhere, 2)
    known = facts(owed) | {3: facts(owed, "JPY")[1]}
    assert {key: (row.promised, row.all_promised) for key, row in known.items()} == {
        1: ({1}, False),
        2: (frozenset(), False),
        3: (frozenset(), True),
    }


def test_what_credits_and_money_on_account_cover(owed, elsewhere):
    assert [row.available for row in facts(owed).values()] == [0, 0]
    credit(owed, 5)
    credit(owed, 6)
    owed.invoice_gone(6, seen="2026-03-02")
    credit(elsewhere, 5)
    put_on_account(owed, 1, "0.50")
    put_on_account(owed, 1, "700", "JPY")
    put_on_account(owed, 2, "0.25")
    put_on_account(elsewhere, 2, "9")
    known = facts(owed)
    assert (known[1].available, known[2].available) == (Decimal("30.50"), Decimal("0.25"))
    assert facts(owed, "JPY")[1].available == 700
    # Where more was taken off than there was, nobody owes more by that.
    money = OnAccount.objects.get(store=owed.store, company_id=2)
    use = {"money": money, "kind": OnAccountUse.Kind.PAID_BACK, "amount": Decimal("0.75"), "taken_on": OVER}
    OnAccountUse.objects.create(form_id=uuid.uuid4(), actor=owed.controller, **use)
    assert facts(owed)[2].available == 0


def test_invoices_that_share_a_credit(owed, elsewhere):
    for books, number in ((owed, 7), (elsewhere, 8)):
        books.invoice(number, original=9, open=9, issued="2026-03-01", due="2026-03-05", seen="2026-03-01")
    owed.invoice_gone(7, seen="2026-03-02")
    assert sharing_credit(owed.store, "EUR", TODAY, 1) == set()
    credit(owed, 5)
    assert sharing_credit(owed.store, "EUR", TODAY, 1) == {1, 5}
