"""How a company stands, on its page and in its ledger: the figures are those of every other place."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest

from arportal.mirror.models import Company
from arportal.receivables.ageing.ageing import AsOf, ageing
from arportal.receivables.ageing.paying import Paying, paying
from arportal.receivables.models import Ledger
from arportal.stores.models import Membership, Role, User
from tests import whole
from tests.desk.conftest import ids, totals
from tests.receivables.ledger.books import Books
from tests.whole import only_whole, whole_or

TODAY = "2026-03-31"


@pytest.fixture
def books(db) -> Books:
    """Aalto owes in three currencies and has a credit; Bredahl is below it; Cormier has paid all and is gone."""
    books = Books("Europe/Berlin")
    Company.objects.bulk_create(
        Company(store=books.store, api_id=number, name=name, status=1, parent_id=parent)
        for number, name, parent in ((1, "Aalto", None), (2, "Bredahl", 1), (3, "Cormier", None))
    )
    books.begin("2026-01-01")
    for number, company, currency, amount, due in (
        (1, 1, "EUR", 100, "2026-04-30"),
        (2, 1, "EUR", 200, "2026-03-21"),
        (3, 1, "EUR", 300, "2026-02-15"),
        (4, 1, "EUR", -45, "2026-01-15"),
        (5, 1, "JPY", 9000, "2025-12-01"),
        (6, 1, "KWD", "7.125", None),
        (7, 2, "EUR", 50, "2026-01-20"),
        (8, 3, "USD", 80, "2026-02-10"),
    ):
        books.invoice(
            number,
            company=company,
            currency=currency,
            original=amount,
            open=amount,
            issued="2026-01-05",
            due=due,
            seen="2026-01-05",
        )
    books.payment(7, {3: 120}, made="2026-02-25", seen="2026-02-25")
    books.invoice(3, open=180, changed="2026-02-25", seen="2026-02-25")
    return books


@pytest.fixture
def see(books, browse):
    def see(address: str, actor: Membership | None = None) -> Any:
        with books.at(TODAY):
            return browse(actor or books.controller).get(f"/s/books/{address}")

    return see


def text(html: str) -> str:
    for_phones = r'<span class="under only-narrow"><span class="money">.*?</span></span></span>'
    html = re.sub(rf'{for_phones}|<span class="only-narrow.*?</span>', "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def rows(answer) -> list[list[str]]:
    """The rows of the currencies, cell by cell."""
    standing = answer.content.decode().partition('class="ledger currencies"')[2]
    body = standing.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [text(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    ]


def bars(answer) -> list[tuple[str, str]]:
    """The parts of all bars that lead somewhere: amount and address."""
    section = answer.content.decode().partition('id="standing-title"')[2].partition("</section>")[0]
    found = re.findall(
        r'<a href="([^"]+)">[^<]*</a>\s*</th>\s*<td class="num">(.*?)</td>', section, re.DOTALL
    )
    return [(text(amount), url.replace("&amp;", "&").partition("#")[0]) for url, amount in found]


def figure(words: str) -> Decimal:
    return Decimal(words.split()[0].replace(",", "").replace("\u2212", "-"))


def test_it_starts_with_how_it_stands(see):
    assert rows(see("companies/1/")) == [
        [
            "EUR",
            "480.00 EUR",
            "380.00 EUR 44 days late",
            "\u221245.00 EUR",
            "435.00 EUR",
            "51",
            "10",
            "Feb 25, 2026",
        ],
        ["JPY", "9,000 JPY", "9,000 JPY 120 days late", "\u2013", "9,000 JPY", "\u2013", "\u2013", "\u2013"],
        ["KWD", "7.125 KWD", "\u2013", "\u2013", "7.125 KWD", "\u2013", "\u2013", "\u2013"],
    ]


def test_the_figures_are_those_of_ageing_in_every_currency(see, books):
    today = dt.date.fromisoformat(TODAY)
    for company in whole_or((1, 2, 3), (1,)):
        aged = ageing(books.controller, AsOf(today, today, companies=(company,)))
        shown = rows(see(f"companies/{company}/"))
        assert [
            (row[0], figure(row[1]), figure(row[2]) if row[2] != "\u2013" else 0, figure(row[4]))
            for row in shown
        ] == [(row.currency, row.open.amount, row.overdue.amount, row.balance.amount) for row in aged]


@only_whole("desk/ageing/test_agreement.py::test_page_files_and_invoices_agree")
def test_each_part_of_a_bar_leads_to_its_invoices(see):
    parts = bars(see("companies/1/"))
    assert len(parts) == 5
    for amount, url in parts:
        answer = see(url.removeprefix("/s/books/"))
        [total] = totals(answer)
        assert figure(total[-1].removeprefix("Balance ")) == figure(amount)
        assert ids(answer)


def test_how_fast_it_pays_is_weighted_by_amount_and_forgets_what_was_taken_back(books):
    today = dt.date.fromisoformat(TODAY)
    books.payment(8, {2: 41}, made="2026-03-11", seen="2026-03-11")
    books.invoice(2, open=159, changed="2026-03-11", seen="2026-03-11")
    # 120 after 51 days, 10 late; 41 after 65 days, 10 early: 54.57 and 4.91.
    assert paying(books.controller, 1, today) == {"EUR": Paying(Decimal("54.6"), Decimal("4.9"))}
    books.payment(8, status=4, changed="2026-03-20", seen="2026-03-20")
    books.invoice(2, open=200, changed="2026-03-20", seen="2026-03-20")
    assert paying(books.controller, 1, today) == {"EUR": Paying(Decimal("51.0"), Decimal("10.0"))}
    assert paying(books.controller, 1, dt.date(2027, 3, 1)) == {}


@only_whole("test_the_figures_are_those_of_ageing_in_every_currency")
def test_a_company_that_moves_below_a_parent_keeps_its_own_figures(see, books):
    before = rows(see("companies/2/"))
    Company.objects.filter(store=books.store, api_id=2).update(parent_id=3)
    assert (
        rows(see("companies/2/"))
        == before
        == [
            [
                "EUR",
                "50.00 EUR",
                "50.00 EUR 70 days late",
                "\u2013",
                "50.00 EUR",
                "\u2013",
                "\u2013",
                "\u2013",
            ]
        ]
    )
    assert rows(see("companies/3/")) == [
        ["USD", "80.00 USD", "80.00 USD 49 days late", "\u2013", "80.00 USD", "\u2013", "\u2013", "\u2013"]
    ]


def ledger(answer) -> list[list[str]]:
    found = re.findall(r'<tr id="row-\d+">(.*?)</tr>', answer.content.decode(), re.DOTALL)
    return [[text(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)] for row in found]


@only_whole("test_the_figures_are_those_of_ageing_in_every_currency")
def test_the_ledger_has_every_movement_and_the_balance_then(see):
    shown = ledger(see("companies/1/ledger/"))
    assert [(row[0], row[1], row[2], row[4], row[5]) for row in shown[:2]] == [
        ("Feb 25, 2026", "Payment #7", "N3", "\u2212120.00 EUR", "435.00 EUR"),
        ("Jan 5, 2026", "Invoice issued", "N6", "7.125 KWD", "7.125 KWD"),
    ]
    assert [row[5] for row in shown[2:]] == [
        "9,000 JPY", "555.00 EUR", "600.00 EUR", "300.00 EUR", "100.00 EUR"
    ]  # fmt: skip


@only_whole("test_the_figures_are_those_of_ageing_in_every_currency")
def test_the_latest_balance_of_the_ledger_is_what_is_owed(see, books):
    books.invoice(2, company=2, changed="2026-03-10", seen="2026-03-10")
    books.invoice_gone(5, seen="2026-03-12")
    books.invoice(6, open="7.120", changed="2026-03-12", seen="2026-03-12")
    today = dt.date.fromisoformat(TODAY)
    for company in (1, 2, 3):
        latest: dict[str, Decimal] = {}
        for row in ledger(see(f"companies/{company}/ledger/")):
            latest.setdefault(row[5].split()[1], figure(row[5]))
        aged = ageing(books.controller, AsOf(today, today, companies=(company,)))
        assert {code: amount for code, amount in latest.items() if amount} == {
            row.currency: row.balance.amount for row in aged
        }


@only_whole("test_the_figures_are_those_of_ageing_in_every_currency")
def test_the_balance_then_is_the_same_on_every_page_and_through_every_filter(see, books):
    for number in range(10, 90):
        books.invoice(
            number,
            company=1,
            currency="EUR",
            original=number,
            open=number,
            issued="2026-03-01",
            seen="2026-03-01",
        )
    every = []
    address = "companies/1/ledger/?currency=EUR"
    while address:
        answer = see(address)
        every += ledger(answer)
        onward = re.search(r'rel="next" href="([^"]*)"', answer.content.decode())
        address = f"companies/1/ledger/{onward[1].replace('&amp;', '&')}" if onward else ""
    assert len(every) == 85
    balance = Decimal(0)
    for row in reversed(every):
        balance += figure(row[4])
        assert figure(row[5]) == balance
    [paid] = ledger(see("companies/1/ledger/?cause=payment"))
    assert paid in every
    assert len(ledger(see("companies/1/ledger/?day_from=2026-02-25&day_to=2026-02-28"))) == 1


def test_restricted_members_see_their_companies_only(see, books):
    olly = Membership.objects.create(
        user=User.objects.create_user("olly@example.com"), store=books.store, role=Role.CLERK, company_ids=[2]
    )
    if whole.is_asked_for:
        assert rows(see("companies/2/", olly)) == rows(see("companies/2/"))
    assert see("companies/1/ledger/", olly).status_code == see("companies/1/", olly).status_code == 404
    assert paying(olly, 1, dt.date.fromisoformat(TODAY)) == {}
    # What was moved to them came from a company that is not theirs.
    books.invoice(3, company=2, changed="2026-03-10", seen="2026-03-10")
    assert ledger(see("companies/2/ledger/", olly))[0][1] == "Moved from another company"


def test_while_the_ledger_is_built_nothing_is_made_up(see):
    Ledger.objects.update(built_at=None)
    for address, shown in (("companies/1/", rows), ("companies/1/ledger/", ledger)):
        answer = see(address)
        assert "still being built" in answer.content.decode()
        assert "Nothing is owed" not in answer.content.decode()
        assert shown(answer) == []


@only_whole("test_it_starts_with_how_it_stands")
def test_a_company_without_any_money_says_so(see, books):
    Company.objects.create(store=books.store, api_id=9, name="New", status=1)
    page = see("companies/9/").content.decode()
    assert "Nothing is owed" in page
    assert "Record payment" not in page.partition('id="standing-title"')[0].partition("<h1>")[2]
