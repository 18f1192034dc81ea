"""Money on account has a column of its own beside the balances, on the page and in every file, and adds up there."""

import uuid
from decimal import Decimal

import pytest

from arportal.mirror.models import Company
from arportal.receivables.models import OnAccount
from tests.desk.ageing.conftest import csv_rows, day, number, pdf_rows, tables, text_of
from tests.whole import only_whole


@pytest.fixture
def received(books):
    """10 euros of Alpha, 5 of its subsidiary Beta, 3 of Delta, which owes nothing, 900 yen of Gamma, and dinars, in
    which nobody owes anything."""
    Company.objects.create(store=books.store, api_id=4, name="Delta", status=1)
    amounts = (
        (1, 10, "EUR", "10"),
        (2, 5, "EUR", "20"),
        (4, 3, "EUR", "25"),
        (3, 900, "JPY", "25"),
        (4, 7, "KWD", "25"),
    )
    for company_id, amount, currency, of_march in amounts:
        OnAccount.objects.create(
            form_id=uuid.uuid4(),
            store=books.store,
            actor=books.controller,
            company_id=company_id,
            amount=amount,
            currency=currency,
            received_on=day(f"2026-03-{of_march}"),
            # What Alpha paid was written down the day after, all else only at the end of the month.
            at=books.moment("2026-03-11" if company_id == 1 else "2026-03-30"),
            reason="None named",
        )


def column(rows) -> dict[str, Decimal]:
    """The name of each row → its last figure."""
    return {row[0]: number(row[-1]) for row in rows}


def test_it_is_beside_the_balance_and_adds_up(see, received):
    shown = column(tables(see("ageing/"))["EUR"])
    # Delta is in no row, for it owes nothing; the total has it, and the list that the words below lead to.
    assert shown == {"Total EUR": 18, "Alpha": 10, "Beta": 5, "Gamma": 0}
    by_parent = tables(see("ageing/?by=parent"))
    assert column(by_parent["EUR"]) == {"Total EUR": 18, "Alpha": 15, "Gamma": 0}
    assert column(by_parent["JPY"]) == {"Total JPY": 900, "Gamma": 900}


def test_files_have_also_those_who_owe_nothing(see, received):
    rows = csv_rows(see("ageing/export.csv"))
    euros = {
        row["Company"]: (Decimal(row["Balance"]), Decimal(row["On account"]))
        for row in rows
        if row["Currency"] == "EUR"
    }
    assert {name: on_account for name, (_balance, on_account) in euros.items()} == {
        "Alpha": 10,
        "Beta": 5,
        "Gamma": 0,
        "Delta": 3,
    }
    assert euros["Delta"][0] == 0
    assert [row["On account"] for row in rows if row["Currency"] == "KWD"] == ["7.000"]


@only_whole("test_files_have_also_those_who_owe_nothing")
def test_the_pdf_has_them_too(see, received):
    printed = pdf_rows(see("ageing/export.pdf"))
    assert [row[-1] for row in printed["EUR"] if row[0] in ("Delta", "Total EUR")] == ["3.00", "18.00"]
    assert [row[-1] for row in printed["KWD"]] == ["7.000", "7.000"]


def test_as_of_a_day_before_and_for_those_who_see_less(see, received, restricted):
    assert "On account" not in text_of(see("ageing/?on=2026-03-09")).partition("<main")[2]
    assert column(tables(see("ageing/?on=2026-03-20"))["EUR"])["Total EUR"] == 15
    assert column(tables(see("ageing/", restricted))["EUR"]) == {"Total EUR": 5, "Beta": 5}


@only_whole("test_as_of_a_day_before_and_for_those_who_see_less")
def test_as_it_was_known_then(see, received):
    """What was written down later was not known: it stands in no report of then."""
    then = "ageing/?on=2026-03-20&known=2026-03-20"
    assert column(tables(see("ageing/?on=2026-03-20"))["EUR"])["Total EUR"] == 15
    assert column(tables(see(then))["EUR"])["Total EUR"] == 10
    assert {row["On account"] for row in csv_rows(see(then.replace("/?", "/export.csv?")))} == {
        "10.00",
        "0.00",
        "0",
    }
