"""What is suggested about a company that does not pay, and why."""

import datetime as dt
import uuid

import pytest

from arportal.mirror.models import CompanyMethod, CreditTerms, Watermark
from arportal.mirror.sync.credit_terms import CREDIT
from arportal.receivables.collections.suggestions import Action, pays_later, suggestions
from arportal.receivables.ledger.sums import bring_to_today
from arportal.receivables.models import PromiseToPay
from tests.receivables.ledger.books import Books

TODAY = dt.date(2026, 3, 31)
SIXTY, SIXTY_ONE = "2026-01-30", "2026-01-29"


@pytest.fixture
def books(db) -> Books:
    """Company 1 owes for 60 days, company 2 for 61. Both buy on credit, and may pay later."""
    books = Books()
    books.begin("2026-01-01")
    for company, due in ((1, SIXTY), (2, SIXTY_ONE)):
        books.invoice(
            company, original=9, open=9, company=company, issued="2026-01-02", due=due, seen="2026-01-02"
        )
        CreditTerms.objects.create(
            store=books.store,
            api_id=company,
            credit_enabled=True,
            is_on_hold=False,
            read_at=books.moment(TODAY),
        )
        method(books, company, "bankdeposit", f"Transfer of {company}")
    with books.at(TODAY):
        bring_to_today(books.store)
    return books


def method(books: Books, company: int, code: str, title: str = "", *, is_on: bool = True) -> None:
    api_id = CompanyMethod.objects.count() + 1
    CompanyMethod.objects.create(
        store=books.store, api_id=api_id, company_id=company, code=code, title=title, is_enabled=is_on
    )


def promise(
    books: Books, pay_by: dt.date, state: str, company: int = 1, currency: str = "EUR"
) -> PromiseToPay:
    return PromiseToPay.objects.create(
        store=books.store,
        company_id=company,
        form_id=uuid.uuid4(),
        actor=books.controller,
        at=books.moment("2026-01-05"),
        currency=currency,
        amount=9,
        paid=0,
        pay_by=pay_by,
        state=state,
    )


def suggested(books: Books, company: int) -> list[Action]:
    return [each.action for each in suggestions(books.controller, company, TODAY)]


def test_a_debt_over_sixty_days_late_is_a_reason(books):
    assert suggestions(books.controller, 1, TODAY) == []
    method(books, 2, "cheque")
    method(books, 2, "moneyorder", "Off already", is_on=False)
    method(books, 2, "card", "Paid at once")
    hold, switch = suggestions(books.controller, 2, TODAY)
    assert (hold.action, hold.methods) == (Action.HOLD_CREDIT, [])
    assert (switch.action, switch.methods) == (Action.SWITCH_METHODS, ["cheque", "Transfer of 2"])
    assert [(row.company_id, row.currency) for row in hold.late] == [(2, "EUR")]
    assert hold.broken == []


def test_a_promise_that_was_not_kept_lately_is_a_reason(books):
    month_ago = TODAY - dt.timedelta(days=30)
    promise(books, month_ago - dt.timedelta(days=1), "broken")
    promise(books, TODAY, "kept")
    promise(books, TODAY, "broken", company=2)
    promise(books, TODAY, "broken", currency="JPY")
    assert suggested(books, 1) == []
    broken = promise(books, month_ago, "part-kept")
    found = suggestions(books.controller, 1, TODAY)
    assert [(each.action, each.late, each.broken) for each in found] == [
        (Action.HOLD_CREDIT, [], [broken]),
        (Action.SWITCH_METHODS, [], [broken]),
    ]


def test_nothing_that_is_done_or_cannot_be_done(books):
    terms = CreditTerms.objects.filter(store=books.store, api_id=2)
    for is_so in ({"is_on_hold": True}, {"is_on_hold": None}):
        terms.update(**is_so)
        assert suggested(books, 2) == [Action.SWITCH_METHODS]
    terms.update(is_on_hold=False)
    CompanyMethod.objects.filter(store=books.store, company_id=2).update(is_enabled=False)
    assert suggested(books, 2) == [Action.HOLD_CREDIT]
    Watermark.objects.create(store=books.store, resource=CREDIT, off_since=books.moment(TODAY))
    assert suggested(books, 2) == []


@pytest.mark.parametrize(
    ("code", "title", "expected"),
    [
        ("cheque", "", True),
        ("card", "Card", False),
        ("purchaseorder", "", True),
        ("other", "Purchase order", True),
    ],
)
def test_methods_by_which_one_pays_later(code, title, expected):
    assert pays_later(CompanyMethod(code=code, title=title)) is expected
