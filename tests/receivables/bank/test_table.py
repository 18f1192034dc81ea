"""Bank lines out of a table: a cell with a spreadsheet's error is no text of a bank, and its line is named."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from arportal.receivables.bank.entries import Problem
from arportal.receivables.bank.table import BankMapping, read
from arportal.receivables.tables.reading import read_table

COLUMNS = {
    "booked_on": "Day",
    "amount": "Sum",
    "payer_name": "Payer",
    "payer_account": "Account",
    "reference": "Ref",
    "text": "Text",
    "bank_id": "Id",
}
MAPPING = BankMapping(
    account="DE89370400440532013000",
    currency="EUR",
    columns=COLUMNS,
    date_format="%Y-%m-%d",
    number_format="dot",
)
GOOD = {
    "Day": "2026-11-03",
    "Sum": "12.50",
    "Payer": "Ada",
    "Account": "7",
    "Ref": "R",
    "Text": "T",
    "Id": "1",
}


def entries(**cells: str) -> list:
    return read_rows(GOOD, GOOD | cells)


def read_rows(*rows: dict[str, str], mapping: BankMapping = MAPPING) -> list:
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    return list(read(read_table("\n".join(",".join(line) for line in lines).encode()), mapping))


def test_it_works():
    first, second = entries(Payer="N/A", Text="invoice #7")
    assert (first.number, first.payer_name, first.bank_id) == (2, "Ada", "1")
    assert (second.payer_name, second.text) == ("N/A", "invoice #7")
    assert (first.reference, first.payer_account, first.is_identified) == ("R", "7", True)
    assert entries(Id="")[1].is_identified is False


@pytest.mark.parametrize("column", list(GOOD))
def test_a_cell_with_an_error_is_refused_by_its_line(column):
    good, bad = entries(**{column: "#N/A"})
    assert good.payer_name == "Ada"
    assert bad == Problem(3, "The cell holds the error #N/A.")


def test_the_day_of_value_is_that_of_its_column_or_of_booking():
    columns = COLUMNS | {"value_on": "Value"}
    rows = [GOOD | {"Value": "2026-11-05"}, GOOD | {"Value": ""}]
    later, same = read_rows(*rows, mapping=replace(MAPPING, columns=columns))
    assert (later.booked_on, later.value_on) == (dt.date(2026, 11, 3), dt.date(2026, 11, 5))
    assert same.value_on == same.booked_on
    assert entries()[0].value_on == dt.date(2026, 11, 3)


def test_money_in_and_out_in_columns_of_their_own():
    columns = {name: column for name, column in COLUMNS.items() if name != "amount"}
    mapping = replace(MAPPING, columns=columns | {"money_in": "In", "money_out": "Out"})
    cases = {
        ("12.50", ""): Decimal("12.50"),
        ("0.40", "-"): Decimal("0.40"),
        ("", "3.20"): Decimal("-3.20"),
        ("\u2013", "-3.20"): Decimal("-3.20"),
        ("0.00", "3.20"): Decimal("-3.20"),
        ("1.00", "3.20"): "It has money in and money out.",
        ("-1.00", ""): "Its money in is below zero.",
        ("", ""): "It has no amount.",
        ("0", "0"): "It has no amount.",
    }
    rows = [GOOD | {"In": paid_in, "Out": paid_out} for paid_in, paid_out in cases]
    read_as = read_rows(*rows, mapping=mapping)
    told = [each.reason if isinstance(each, Problem) else each.amount for each in read_as]
    assert told == list(cases.values())
