"""Bank lines out of a table: a cell with a spreadsheet's error is no text of a bank, and its line is named."""

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
    rows = [list(GOOD), list(GOOD.values()), list((GOOD | cells).values())]
    table = read_table("\n".join(",".join(row) for row in rows).encode())
    return list(read(table, MAPPING))


def test_it_works():
    first, second = entries(Payer="N/A", Text="invoice #7")
    assert (first.number, first.payer_name, first.bank_id) == (2, "Ada", "1")
    assert (second.payer_name, second.text) == ("N/A", "invoice #7")


@pytest.mark.parametrize("column", list(GOOD))
def test_a_cell_with_an_error_is_refused_by_its_line(column):
    good, bad = entries(**{column: "#N/A"})
    assert good.payer_name == "Ada"
    assert bad == Problem(3, "The cell holds the error #N/A.")
