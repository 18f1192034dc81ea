"""What moved the balance of an invoice, on its page; and the movements that nothing explains, on theirs."""

import csv
import html
import io
import re
import uuid
from decimal import Decimal
from typing import Any

import pytest

from arportal.mirror.models import Company, Invoice
from arportal.receivables.models import Change, Ledger, LedgerEntry
from arportal.stores.models import Membership, Role, User
from tests.desk.conftest import body, ids
from tests.receivables.ledger.books import Books
from tests.whole import only_whole, whole_or

TODAY = "2026-03-31"


@pytest.fixture
def books(db) -> Books:
    """The ledger's worked example, another invoice that an ERP has lowered, and one that its store calls paid."""
    books = Books("Europe/Berlin")
    Company.objects.bulk_create(
        Company(store=books.store, api_id=number, name=name, status=1)
        for number, name in ((1, "Aalto"), (2, "Bredahl"))
    )
    books.begin("2026-01-01")
    books.invoice(
        1, company=1, original=100, open=100, issued="2026-01-03", due="2026-02-02", seen="2026-01-03"
    )
    books.payment(7, {1: 40}, made="2026-01-10", seen="2026-01-11")
    books.invoice(1, open=60, changed="2026-01-10", seen="2026-01-11")
    books.payment(7, status=4, changed="2026-02-05", seen="2026-02-05")
    books.invoice(1, open=100, changed="2026-02-05", seen="2026-02-05")
    books.invoice(1, open=70, changed="2026-02-20", seen="2026-02-21")
    books.invoice(
        2, company=2, currency="KWD", original="9.125", open="4.5", issued="2026-03-20", seen="2026-03-20"
    )
    return books


@pytest.fixture
def see(books, browse):
    def see(address: str, actor: Membership | None = None) -> Any:
        with books.at(TODAY):
            return browse(actor or books.controller).get(f"/s/books/{address}")

    return see


def lines(answer) -> list[list[str]]:
    """The rows of the section, cell by cell."""
    section = answer.content.decode().partition('id="movements-title"')[2].partition("</section>")[0]
    rows = re.findall(r'<tr id="row-\d+">(.*?)</tr>', section, re.DOTALL)
    return [[text(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)] for row in rows]


def text(markup: str) -> str:
    for_phones = r'<span class="under only-narrow"><span class="money">.*?</span></span></span>'
    markup = re.sub(rf'{for_phones}|<span class="only-narrow.*?</span>', "", markup, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


def amount(figure: str) -> Decimal:
    return Decimal(figure.split()[0].replace(",", "").replace("\u2212", "-"))


def test_every_movement_with_its_cause_and_the_balance_after_it(see):
    answer = see("invoices/1/")
    assert lines(answer) == [
        ["Jan 3, 2026", "Invoice issued", "100.00 EUR", "100.00 EUR"],
        ["Jan 10, 2026", "Payment #7", "\u221240.00 EUR", "60.00 EUR"],
        ["Feb 5, 2026", "Payment reversed #7", "40.00 EUR", "100.00 EUR"],
        [
            "Feb 20, 2026",
            "Balance edited outside No payment and no change explains it",
            "\u221230.00 EUR",
            "70.00 EUR",
        ],
    ]
    assert '<a href="/s/books/payments/7/">#7</a>' in answer.content.decode()


def test_the_last_balance_is_that_of_the_invoice(see, books):
    books.invoice(3, original=5, open=5, issued="2026-03-01", seen="2026-03-01")
    books.invoice(3, status=2, changed="2026-03-02", seen="2026-03-02")  # called paid, with 5 left on it
    books.invoice(4, original=-20, open=-20, issued="2026-03-01", seen="2026-03-01")
    books.invoice(5, original=30, open=30, company=1, issued="2026-03-01", seen="2026-03-01")
    books.invoice(5, company=2, currency="USD", changed="2026-03-05", seen="2026-03-05")
    for invoice in Invoice.objects.filter(store=books.store, api_id__in=whole_or(range(9), (3, 5))):
        shown = lines(see(f"invoices/{invoice.api_id}/"))
        assert amount(shown[-1][3]) == invoice.balance, invoice


@only_whole("test_every_movement_with_its_cause_and_the_balance_after_it")
def test_whoever_did_it_here_is_named(see, books):
    change = Change.objects.create(
        id=uuid.uuid4(),
        store=books.store,
        actor=books.controller,
        verb=Change.Verb.EDIT_INVOICE,
        company_id=1,
        target_id=1,
        payload={},
        before={"open_balance": "70"},
        after={"open_balance": "65"},
        state=Change.State.APPLIED,
    )
    books.invoice(1, open=65, changed="2026-03-01", seen="2026-03-01")
    last = lines(answer := see("invoices/1/"))[-1]
    assert last == ["Mar 1, 2026", "Balance edited here by Kim Keeper", "\u22125.00 EUR", "65.00 EUR"]
    assert f'<a href="/s/books/changes/{change.pk}/">by Kim Keeper</a>' in answer.content.decode()


@only_whole("test_every_movement_with_its_cause_and_the_balance_after_it")
def test_a_payment_that_is_gone_is_named_and_leads_nowhere(see, books):
    books.payment(8, {1: 20}, made="2026-03-01", seen="2026-03-01")
    books.invoice(1, open=50, changed="2026-03-01", seen="2026-03-01")
    books.payment_gone(8, seen="2026-03-10")
    books.invoice(1, open=70, changed="2026-03-10", seen="2026-03-10")
    last = lines(see("invoices/1/"))[-1]
    assert last[1:] == ["Payment deleted #8", "20.00 EUR", "70.00 EUR"]


@only_whole("test_every_movement_with_its_cause_and_the_balance_after_it")
def test_of_hundreds_the_latest_are_shown_and_rest_on_the_others(see, monkeypatch):
    monkeypatch.setattr("arportal.desk.ledger.movements.MOST", 2)
    answer = see("invoices/1/")
    assert [line[2:] for line in lines(answer)] == [
        ["40.00 EUR", "100.00 EUR"],
        ["\u221230.00 EUR", "70.00 EUR"],
    ]
    assert "Only the latest 2 movements are shown" in answer.content.decode()


@only_whole("desk/companies/test_company_standing.py::test_while_the_ledger_is_built_nothing_is_made_up")
def test_while_the_ledger_is_built_nothing_is_said(see):
    Ledger.objects.update(built_at=None)
    answer = see("invoices/1/")
    assert lines(answer) == []
    assert "still being built" in answer.content.decode()


def only_of(books: Books, company_id: int) -> Membership:
    user = User.objects.create_user(f"only{company_id}@example.com", name="Olly")
    return Membership.objects.create(user=user, store=books.store, role=Role.CLERK, company_ids=[company_id])


def causes(answer) -> list[str]:
    rows = re.findall(r'<tr id="row-\d+">(.*?)</tr>', answer.content.decode(), re.DOTALL)
    return [re.sub(r" No payment.*", "", text(row)) for row in rows]


@only_whole("test_they_can_be_filtered")
def test_unexplained_movements_are_listed(see, books):
    assert causes(see("ledger/unexplained/")) == [
        "Mar 20, 2026, 12:00 Mar 20, 2026 Bredahl N2 Unexplained",
        "Feb 21, 2026, 12:00 Feb 20, 2026 Aalto N1 Balance edited outside",
    ]


UNEXPLAINED = {
    "": [2, 1],
    "cause=unexplained": [2],
    "cause=opening": [],
    "cause=news": [2, 1],
    "day_to=2026-02-20": [1],
    "company=AALT": [1],
    "seen_from=2026-02-22": [2],
    "seen_to=2026-02-21": [1],
    "currency=kwd": [2],
    "sort=seen": [1, 2],
}


def test_they_can_be_filtered(see, books):
    invoices = dict(LedgerEntry.objects.filter(store=books.store).values_list("pk", "invoice_id"))
    queries = whole_or(UNEXPLAINED, dict(list(UNEXPLAINED.items())[1::3]))
    shown = {query: [invoices[pk] for pk in ids(see(f"ledger/unexplained/?{query}"))] for query in queries}
    assert shown == queries


@only_whole("test_every_movement_with_its_cause_and_the_balance_after_it")
def test_they_are_paged_and_downloaded(see, books):
    for number in range(10, 70):
        books.invoice(number, company=1, original=10, open=9, issued="2026-03-25", seen="2026-03-25")
    first = see("ledger/unexplained/")
    onward = re.search(r'rel="next" href="([^"]*)"', first.content.decode())[1].replace("&amp;", "&")
    second = see(f"ledger/unexplained/{onward}")
    assert len({*ids(first), *ids(second)}) == 62
    rows = csv.DictReader(io.StringIO(body(see("ledger/unexplained/export.csv")).decode("utf-8-sig")))
    assert sum(Decimal(row["Amount"]) for row in rows if row["Currency"] == "EUR") == -90


def test_restricted_members_see_their_companies_only(see, books):
    olly = only_of(books, 2)
    assert [row.split()[-2:] for row in causes(see("ledger/unexplained/", olly))] == [["N2", "Unexplained"]]
    assert ">1 row<" in see("sync/", olly).content.decode()


def state(answer) -> str:
    return text(answer.content.decode().partition('id="ledger-title"')[2].partition("</section>")[0])


@only_whole("desk/test_sync_page.py::test_it_works")
def test_the_sync_page_tells_how_the_ledger_is(see, books):
    shown = see("sync/")
    assert "Complete since Jan 1, 2026, 12:00 Last recount None yet" in state(shown)
    assert "Unexplained, last 30 days 1 row" in state(shown)
    [url] = re.findall(r'href="(/s/books/ledger/unexplained/[^"]*)"', shown.content.decode())
    assert len(ids(see(html.unescape(url).removeprefix("/s/books/")))) == 1
    Ledger.objects.update(recounted_at=books.moment("2026-03-30T04:41"))
    assert "Figures that differed 0: every balance is the sum of its movements" in state(see("sync/"))
    Ledger.objects.update(differences=1200)
    shown = see("sync/")
    assert "Figures that differed 1,200 Invoices or sums did not agree" in state(shown)
    assert '<strong class="late">1,200</strong>' in shown.content.decode()


@only_whole("desk/test_sync_page.py::test_it_works")
def test_the_sync_page_tells_how_far_the_ledger_is_built(see):
    Ledger.objects.update(built_at=None, built_to=1)
    shown = see("sync/")
    assert "Being built 1 of 2 invoices Until then no page shows" in state(shown)
    assert 'hx-trigger="every 3s"' in shown.content.decode()
    Ledger.objects.all().delete()
    assert "0 of 2 invoices It begins when all invoices and payments were read once." in state(see("sync/"))
