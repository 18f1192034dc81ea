"""What is known otherwise by now of a day that is over: each invoice as it stood then, as it stands now, and why."""

import datetime as dt
from decimal import Decimal

import pytest

from arportal.receivables.ageing.ageing import AsOf, NotKnown
from arportal.receivables.ageing.differences import Difference, State, as_known_now, differences
from arportal.stores.models import Membership
from tests.receivables.ledger.books import Books

DAY = dt.date(2026, 2, 28)
AS_OF = AsOf(DAY, dt.date(2026, 3, 31), DAY)


@pytest.fixture
def books(db) -> Books:
    """Seen in March: 1 is put off, 2 was issued, 3 and 4 were paid, 4 beyond its amount; 5 stays as it was."""
    books = Books()
    books.begin("2026-01-01")
    seen = "2026-01-03"
    for number, amount, due in ((1, 100, "2026-01-28"), (3, 30, None), (4, 20, "2026-01-29"), (5, 9, DAY)):
        about = {"original": amount, "open": amount, "due": due and str(due), "company": 70 + number}
        books.invoice(number, issued=seen, seen=seen, **about)
    books.invoice(1, due=str(DAY), seen="2026-03-02")
    books.invoice(
        2, original=50, open=50, company=72, issued="2026-02-20", due="2026-02-27", seen="2026-03-02"
    )
    for number, paid, left in ((3, 29, 1), (4, "20.50", "-0.50")):
        books.payment(number, {number: paid}, made="2026-02-27", seen="2026-03-02")
        books.invoice(number, open=left, changed="2026-02-27", seen="2026-03-02")
    # After the day, and of no interest to it.
    books.payment(9, {2: 10}, made="2026-03-05", seen="2026-03-05")
    books.invoice(2, open=40, changed="2026-03-05", seen="2026-03-05")
    return books


def told(state: State) -> tuple[Decimal, str, str]:
    bucket = "" if state.bucket is None else state.bucket.key
    return state.balance.amount, str(state.aged_on or ""), bucket


def late(row: Difference) -> list[tuple[str, Decimal]]:
    return [(entry.cause, entry.amount) for entry in row.late]


def test_it_works(books):
    rows = differences(books.controller, AS_OF, None, 9)
    assert [(row.invoice_id, row.company_id, told(row.then), told(row.now)) for row in rows] == [
        (1, 71, (100, "2026-01-28", "31-60"), (100, "2026-02-28", "current")),
        (2, 72, (0, "", ""), (50, "2026-02-27", "1-30")),
        (3, 73, (30, "", "current"), (1, "", "current")),
        (4, 74, (20, "2026-01-29", "1-30"), (Decimal("-0.50"), "2026-01-29", "")),
    ]
    assert [late(row) for row in rows] == [
        [],
        [("issued", 50)],
        [("payment", -29)],
        [("payment", Decimal("-20.50"))],
    ]
    assert [row.amount.amount for row in rows] == [0, 50, -29, Decimal("-20.50")]
    assert [row.is_redated for row in rows] == [True, False, False, False]
    one_by_one: list[Difference] = []
    while following := differences(
        books.controller,
        AS_OF,
        (one_by_one[-1].invoice_id, one_by_one[-1].company_id) if one_by_one else None,
        1,
    ):
        one_by_one += following
    assert one_by_one == rows


def test_an_invoice_that_went_to_another_company_differs_under_both(books):
    books.invoice(5, company=90, changed="2026-02-27", seen="2026-03-02")
    left, came = differences(books.controller, AS_OF, (4, 74), 9)
    assert [(row.company_id, row.amount.amount, late(row)) for row in (left, came)] == [
        (75, -9, [("moved-out", -9)]),
        (90, 9, [("moved-in", 9)]),
    ]
    assert differences(books.controller, AS_OF, (5, 75), 9) == [came]


def test_of_the_companies_that_one_sees(books):
    actor = Membership(store=books.store, company_ids=[72])
    assert [row.invoice_id for row in differences(actor, AS_OF, None, 9)] == [2]


def test_as_it_is_known_now():
    assert as_known_now(AS_OF) == AsOf(AS_OF.day, AS_OF.today)


def test_as_known_before_the_ledger_began(controller):
    before = dt.date(2020, 1, 1)
    with pytest.raises(NotKnown):
        differences(controller, AsOf(before, AS_OF.today, before), None, 9)
