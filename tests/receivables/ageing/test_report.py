"""The report: each group once and in order, on whatever page; nobody is told of what they do not see."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from arportal.mirror.models import Company
from arportal.receivables.ageing.ageing import AsOf, NotKnown, ageing_by_company
from arportal.receivables.ageing.grouping import Grouping, by_company, by_field, by_parent
from arportal.receivables.ageing.report import Group, Report, entries
from arportal.receivables.models import DailyCause, Ledger, LedgerEntry, OnAccount
from arportal.stores.models import Membership
from tests.receivables.ledger.books import Books

TODAY = dt.date(2026, 3, 31)
FEBRUARY = dt.date(2026, 2, 28)
NOW = AsOf(TODAY, TODAY)


def on(day: str, known: str | None = None) -> AsOf:
    return AsOf(dt.date.fromisoformat(day), TODAY, known and dt.date.fromisoformat(known))


def paged(report: Report, currency: str) -> list[tuple[str, Decimal]]:
    """Name and what is open of all rows, asked for one at a time."""
    rows: list[Group] = []
    while following := report.rows(currency, rows[-1].place if rows else None, 1):
        rows += following
        assert len(rows) < 9
    return [(row.name, row.aged.open.amount) for row in rows]


def test_each_group_is_shown_once_and_the_largest_first(owing):
    actor = owing.controller
    # Delta has paid; Gamma's yen count for nothing among the euros.
    companies = [("Beta", 220), ("Alpha", 60), ("Gamma", Decimal("0.5")), ("Epsilon", 0)]
    parents = [("Alpha", 280), ("Gamma", Decimal("0.5")), ("Epsilon", 0)]
    assert paged(Report(actor, NOW, by_company(actor)), "EUR") == companies
    assert paged(Report(actor, NOW, by_parent(actor)), "EUR") == parents
    # In February Delta owed something.
    past = on(str(FEBRUARY))
    expected = [("Beta", 250), ("Delta", 90), ("Alpha", 60)]
    assert paged(Report(actor, past, by_company(actor)), "EUR") == expected
    assert paged(Report(actor, past, by_parent(actor)), "EUR") == [("Alpha", 310), ("Delta", 90)]
    # What a click on a group's figures leads to.
    report = Report(actor, NOW, by_parent(actor))
    assert (report.companies_of("1"), report.companies_of("3")) == ((1, 2), (3,))
    assert Report(actor, NOW, by_company(actor)).companies_of("2") == (2,)


def test_nobody_is_told_of_companies_they_do_not_see(seeing):
    beta, both = seeing(2), AsOf(TODAY, TODAY, companies=(1, 2))
    assert [row.company_id for row in ageing_by_company(beta, both)] == [2]
    past = AsOf(FEBRUARY, TODAY, companies=(1, 2))
    assert [row.company_id for row in ageing_by_company(beta, past)] == [2]


def not_explained(actor: Membership, as_of: AsOf) -> dict[str, list[tuple[str, Decimal]]]:
    report = Report(actor, as_of, by_company(actor))
    return {
        currency: [(part.cause.value, part.amount.amount) for part in parts]
        for currency, parts in report.not_explained.items()
    }


def test_what_nothing_explains_is_told_to_who_sees_it(owing, seeing, other_store):
    DailyCause.objects.create(
        store=other_store, currency="EUR", cause="edited-outside", day=FEBRUARY, amount=-9
    )
    edited = {"EUR": [("edited-outside", -30)]}
    assert not_explained(owing.controller, NOW) == edited
    assert not_explained(seeing(2), NOW) == edited
    assert not_explained(seeing(1), NOW) == {}
    # It took effect on the twentieth, and was known a day later.
    assert not_explained(owing.controller, on("2026-03-19")) == {}
    assert not_explained(owing.controller, on("2026-03-20")) == edited
    assert not_explained(owing.controller, on("2026-03-20", "2026-03-20")) == {}
    assert not_explained(owing.controller, on("2026-03-20", "2026-03-21")) == edited


def test_the_entries_that_figures_rest_on(owing):
    def edited(as_of: AsOf) -> bool:
        return entries(owing.controller, as_of).filter(cause=LedgerEntry.Cause.EDITED_OUTSIDE).exists()

    assert [edited(on("2026-03-19")), edited(on("2026-03-20"))] == [False, True]
    assert [edited(on("2026-03-20", day)) for day in ("2026-03-20", "2026-03-21")] == [False, True]
    # The ledger was built on 1 January at noon: at the end of that day it was there.
    began = on("2026-01-01", "2026-01-01")
    assert list(entries(owing.controller, began)) == []
    for built_at in (owing.moment("2026-01-02T00:00"), None):
        Ledger.objects.filter(store=owing.store).update(built_at=built_at)
        with pytest.raises(NotKnown):
            entries(owing.controller, began)


def test_as_known_today_is_as_known_now():
    assert [AsOf(FEBRUARY, TODAY, known).is_as_known_now for known in (FEBRUARY, TODAY, None)] == [
        False,
        True,
        True,
    ]


def put_on_account(books: Books, company_id: int, amount: int, day: str, written: str) -> None:
    OnAccount.objects.create(
        form_id=uuid.uuid4(),
        store=books.store,
        actor=books.controller,
        company_id=company_id,
        currency="EUR",
        amount=amount,
        received_on=dt.date.fromisoformat(day),
        reason="none named",
        at=books.moment(written),
    )


def test_money_on_account_as_it_was_known(owing):
    actor = owing.controller
    put_on_account(owing, 1, 10, day="2026-03-10", written="2026-03-11")
    put_on_account(owing, 1, 5, day="2026-03-12", written="2026-03-30")

    def known(as_of: AsOf) -> Decimal:
        return Report(actor, as_of, by_company(actor)).on_account_total("EUR").amount

    assert [known(on("2026-03-09")), known(on("2026-03-11")), known(on("2026-03-12"))] == [0, 10, 15]
    assert [known(on("2026-03-12", day)) for day in ("2026-03-29", "2026-03-30")] == [10, 15]


def test_who_has_only_money_on_account_comes_last_by_name(owing):
    actor = owing.controller
    for number, name in ((6, "Omega"), (7, "Nu")):
        Company.objects.create(store=owing.store, api_id=number, name=name, status=1)
        put_on_account(owing, number, 5, day="2026-03-10", written="2026-03-10")
    rows = [
        row.name for row in Report(actor, NOW, by_company(actor)).all_rows() if row.aged.currency == "EUR"
    ]
    assert rows == ["Beta", "Alpha", "Gamma", "Epsilon", "Nu", "Omega"]


def test_groups_have_names_of_their_own_store(controller, other_store):
    Company.objects.create(store=other_store, api_id=99_000, name="Theirs", status=1)
    assert by_company(controller).names(["99000"]) == {"99000": "Company 99000"}
    assert Grouping(other_store.pk).names(["99000"]) == {"99000": "Theirs"}


def test_groups_by_a_field(controller, other_store):
    actor = Membership(store=other_store, all_companies=True)
    for api_id, value in ((1, "Kim"), (2, None)):
        fields = [
            {"fieldName": "Salesperson", "fieldValue": value},
            {"fieldName": "Region", "fieldValue": "North"},
        ]
        Company.objects.create(
            store=other_store, api_id=api_id, name=f"C{api_id}", status=1, extra_fields=fields
        )
    grouping = by_field(actor, "Salesperson")
    assert [grouping.key_of(company_id) for company_id in (1, 2, 3)] == ["Kim", "", ""]
    # Nobody has a value: that is one group, not one a company.
    assert [by_field(actor, "Colour").is_by_company, by_company(actor).is_by_company] == [False, True]
