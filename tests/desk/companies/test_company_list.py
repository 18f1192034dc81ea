"""The list of companies as a page to work from: put in order, filtered and summed up by what they owe."""

import csv
import datetime as dt
import io
import re
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from arportal.mirror.models import Company, CreditTerms, ExtraField
from arportal.receivables.ageing.ageing import AsOf, ageing
from arportal.receivables.models import CompanyBalance, Ledger
from arportal.receivables.tasks import bring_every_ledger_to_today
from arportal.stores.models import Membership, Role, User
from tests.desk.conftest import body, ids, totals
from tests.receivables.ledger.books import Books
from tests.whole import only_whole, whole_or

NAMES = {1: "Aalto", 2: "Bredahl", 3: "Cormier", 4: "Duarte", 5: "Eriksen"}
TODAY = "2026-03-31"


@pytest.fixture
def books(db) -> Books:
    books = Books("Europe/Berlin")
    books.store.currency = "EUR"
    books.store.save()
    Company.objects.bulk_create(
        Company(store=books.store, api_id=number, name=name, status=1) for number, name in NAMES.items()
    )
    books.begin("2026-01-01")
    for number, (company, currency, amount, due) in enumerate(
        (
            (1, "EUR", 300, "2026-04-30"),
            (1, "EUR", 100, "2026-03-21"),
            (2, "EUR", 250, "2026-02-01"),
            (2, "JPY", 9000, "2026-04-01"),
            (3, "EUR", -50, "2026-01-15"),
            (3, "EUR", 20, "2025-11-01"),
            (4, "KWD", "7.125", "2026-03-30"),
        ),
        start=1,
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
    books.payment(7, {2: 40}, made="2026-03-25", seen="2026-03-25")
    books.invoice(2, open=60, changed="2026-03-25", seen="2026-03-25")
    books.payment(8, {3: 50}, made="2026-03-05", seen="2026-03-05")
    books.invoice(3, open=200, changed="2026-03-05", seen="2026-03-05")
    with books.at(TODAY):
        bring_every_ledger_to_today(0)
    return books


@pytest.fixture
def see(books, browse):
    browser = browse(books.controller)

    def see(query: str = "", **headers: Any) -> Any:
        with books.at(TODAY):
            return browser.get(f"/s/books/companies/{query}", headers=headers)

    return see


def notes(answer) -> list[str]:
    return re.findall(
        r'<div class="note" role="status">.*?<p class="mb-0">(.*?)</p>', answer.content.decode(), re.DOTALL
    )


# Order → companies; those without a figure in the currency come last in both directions.
ORDERS = {
    "-open": [1, 2, 3, 5, 4],
    "open": [3, 2, 1, 4, 5],
    "-overdue": [2, 1, 3, 5, 4],
    "credit": [3, 1, 2, 4, 5],
    "oldest": [3, 2, 1, 4, 5],
    "-oldest": [1, 2, 3, 5, 4],
    "-days_late": [3, 2, 1, 4, 5],
    "-last_payment": [1, 2, 5, 4, 3],
    "last_payment": [2, 1, 3, 4, 5],
    "-open&currency=JPY": [2],
    "-overdue&currency=kwd": [4],
}


def test_orders(see):
    orders = whole_or(ORDERS, dict(list(ORDERS.items())[1::4]))
    assert {sort: ids(see(f"?sort={sort}")) for sort in orders} == orders


@only_whole("test_orders")
def test_every_order_meets_every_company_once(see, books, monkeypatch):
    Company.objects.bulk_create(
        Company(store=books.store, api_id=100 + number, name="Fuchs", status=1) for number in range(60)
    )
    for sort in ("-open", "open", "-overdue", "credit", "oldest", "-days_late", "last_payment"):
        first = see(f"?sort={sort}")
        onward = re.search(r'rel="next" href="([^"]*)"', first.content.decode())
        second = see(onward[1].replace("&amp;", "&"))
        assert sorted(ids(first) + ids(second)) == [*range(1, 6), *range(100, 160)]
        back = re.search(r'rel="prev" href="([^"]*)"', second.content.decode())
        assert ids(see(back[1].replace("&amp;", "&"))) == ids(first)


FILTERS = {
    "has=open": [1, 2, 3, 4],
    "has=overdue": [1, 2, 3, 4],
    "has=overdue&currency=EUR": [1, 2, 3],
    "has=overdue&currency=JPY": [],
    "has=credit": [3],
    "has=nothing": [5],
    "bucket=current": [1, 2],
    "bucket=current&currency=EUR": [1],
    "bucket=1-30": [1, 4],
    "bucket=31-60": [2],
    "bucket=91-": [3],
    "currency=KWD": [4],
    "terms=14": [2],
    "terms=unknown": [3, 4, 5],
    "x-region=North": [4],
}


def test_filters(see, books):
    now = books.moment(TODAY)
    CreditTerms.objects.create(store=books.store, api_id=1, terms_days=30, read_at=now)
    CreditTerms.objects.create(store=books.store, api_id=2, terms_days=14, read_at=now)
    CreditTerms.objects.create(store=books.store, api_id=3, read_at=now)
    ExtraField.objects.create(store=books.store, of="companies", name="Region", type=0, is_required=False)
    region = [{"fieldName": "Region", "fieldValue": "North"}]
    Company.objects.filter(store=books.store, api_id=4).update(extra_fields=region)
    filters = whole_or(FILTERS, dict(list(FILTERS.items())[2::4]))
    assert {query: ids(see(f"?{query}")) for query in filters} == filters
    panel = see("?panel=filters").content.decode()
    assert [word in panel for word in ("14 days", "30 days", "Not known", "Region")] == [True] * 4


@only_whole("desk/invoices/test_filtering_invoices.py::test_what_cannot_be_understood_is_named")
def test_what_cannot_be_filtered_by_is_said(see):
    for query in ("has=much", "bucket=5-6", "terms=15"):
        answer = see(f"?{query}")
        assert (answer.status_code, "Select a valid choice" in answer.content.decode()) == (422, True)


def sums(answer) -> dict[str, list[str]]:
    return {words.removeprefix("Total "): figures for words, *figures in totals(answer)}


def test_totals(see):
    assert sums(see()) == {
        "EUR": ["580.00 EUR", "280.00 EUR", "\u221250.00 EUR", "530.00 EUR"],
        "JPY": ["9,000 JPY", "0 JPY", "0 JPY", "9,000 JPY"],
        "KWD": ["7.125 KWD", "7.125 KWD", "0.000 KWD", "7.125 KWD"],
    }
    assert sums(see("?bucket=31-60&currency=EUR")) == {
        "EUR": ["200.00 EUR", "200.00 EUR", "0.00 EUR", "200.00 EUR"]
    }
    assert sums(see("?has=nothing")) == {}


def as_file(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body(answer).decode("utf-8-sig"), newline="")))


@only_whole("test_the_figures_are_those_of_ageing")
def test_a_file_has_a_row_for_each_currency(see):
    rows = as_file(see("export.csv?sort=-overdue"))
    keys = ("Company", "Currency", "Open", "Overdue", "Days late", "Oldest debt", "Credit", "Balance")
    assert [[row[key] for key in keys] for row in rows] == [
        ["Bredahl", "EUR", "200.00", "200.00", "58", "2026-02-01", "0.00", "200.00"],
        ["Bredahl", "JPY", "9000", "0", "0", "2026-04-01", "0", "9000"],
        ["Aalto", "EUR", "360.00", "60.00", "10", "2026-03-21", "0.00", "360.00"],
        ["Cormier", "EUR", "20.00", "20.00", "150", "2025-11-01", "-50.00", "-30.00"],
        ["Eriksen", "", "", "", "", "", "", ""],
        ["Duarte", "KWD", "7.125", "7.125", "1", "2026-03-30", "0.000", "7.125"],
    ]


def together(rows: list[dict[str, str]]) -> dict[str, tuple[Decimal, ...]]:
    found: dict[str, tuple[Decimal, ...]] = {}
    for row in rows:
        if row["Currency"]:
            figures = [Decimal(row[name]) for name in ("Open", "Overdue", "Credit")]
            sums = found.get(row["Currency"], (Decimal(0),) * 3)
            found[row["Currency"]] = tuple(map(sum, zip(sums, figures, strict=True)))
    return found


def of_ageing(actor: Membership) -> dict[str, tuple[Decimal, ...]]:
    today = dt.date.fromisoformat(TODAY)
    return {
        row.currency: (row.open.amount, row.overdue.amount, row.credit.amount)
        for row in ageing(actor, AsOf(today, today))
    }


def test_the_figures_are_those_of_ageing(see, books, browse):
    assert together(as_file(see("export.csv"))) == of_ageing(books.controller)
    kim = Membership.objects.create(
        user=User.objects.create_user("two@example.com"),
        store=books.store,
        role=Role.CLERK,
        company_ids=[2, 4],
    )
    with books.at(TODAY):
        rows = as_file(browse(kim).get("/s/books/companies/export.csv"))
    assert {row["Company"] for row in rows} == {"Bredahl", "Duarte"}
    assert together(rows) == of_ageing(kim)
    assert set(of_ageing(kim)) == {"EUR", "JPY", "KWD"}


@only_whole("test_totals")
def test_a_company_that_is_gone_is_told_beside_the_list(see, books):
    assert not notes(see())
    with books.at(TODAY):
        Company.objects.filter(store=books.store, api_id=3).update(gone_at=books.moment(TODAY))
    answer = see()
    assert ids(answer) == [1, 2, 4, 5]
    assert notes(answer) == [
        "Companies that the store no longer has owe besides: 20.00 EUR open, \u221250.00 EUR in credit."
    ]
    assert not notes(see("?q=a"))


@only_whole("desk/companies/test_company_standing.py::test_restricted_members_see_their_companies_only")
def test_invoices_that_move_to_another_company_take_their_figures_along(see, books):
    books.invoice(3, company=5, changed=TODAY, seen=TODAY)
    assert ids(see("?sort=-overdue&has=overdue&currency=EUR")) == [5, 1, 3]
    assert ids(see("?bucket=31-60")) == [5]


@only_whole("test_orders")
def test_the_oldest_debt_changes_with_its_due_day_and_goes_with_the_debt(books):
    def oldest():
        return CompanyBalance.objects.get(store=books.store, company_id=2, currency="EUR").oldest_due_on

    assert oldest() == dt.date(2026, 2, 1)
    books.invoice(3, due="2026-05-01", changed=TODAY, seen=TODAY)
    assert oldest() == dt.date(2026, 5, 1)
    books.invoice(3, open=0, changed=TODAY, seen=TODAY)
    assert oldest() is None


@only_whole("test_orders")
def test_the_last_payment_is_the_last_that_stands(books):
    def last():
        return CompanyBalance.objects.get(store=books.store, company_id=1, currency="EUR").last_payment_on

    books.payment(9, {2: 60}, made="2026-03-28", seen="2026-03-28")
    books.invoice(2, open=0, changed="2026-03-28", seen="2026-03-28")
    assert last() == dt.date(2026, 3, 28)
    books.payment(9, status=4, changed=TODAY, seen=TODAY)
    books.invoice(2, open=60, changed=TODAY, seen=TODAY)
    assert last() == dt.date(2026, 3, 25)


@only_whole("test_orders")
def test_what_falls_due_overnight_is_overdue_in_the_morning(books, browse):
    def page(moment: str) -> Any:
        with time_machine.travel(books.moment(moment), tick=False):
            return browse(books.controller).get("/s/books/companies/?has=overdue&currency=JPY")

    assert ids(page("2026-04-01T23:59")) == []
    early = page("2026-04-02T00:00")
    assert ids(early) == [2]
    assert notes(early) == ["What is overdue is as of Mar 31, 2026. It is brought to today within a minute."]
    with time_machine.travel(books.moment("2026-04-02T00:01"), tick=False):
        bring_every_ledger_to_today(0)
    answer = page("2026-04-02T00:01")
    assert notes(answer) == []
    assert sums(answer)["JPY"][1] == "9,000 JPY"


@only_whole("desk/companies/test_company_standing.py::test_while_the_ledger_is_built_nothing_is_made_up")
def test_while_the_ledger_is_built_no_figure_is_shown(see, books):
    Ledger.objects.update(built_at=None)
    answer = see("?sort=-open")
    assert answer.status_code == 200
    assert 'class="money"' not in answer.content.decode()
    assert "is still being built" in notes(answer)[0]


@only_whole("test_orders")
def test_the_currency_of_the_order_is_said(see):
    assert notes(see("?sort=-open")) == [
        "In the order of the figures in EUR, the store&#x27;s own currency. For another one, choose it above."
    ]
    assert not notes(see("?sort=-open&currency=JPY"))
