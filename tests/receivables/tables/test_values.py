"""Dates and amounts of a table are read as a person says they are written, and never otherwise."""

import datetime as dt
from decimal import Decimal

from arportal.receivables.tables.table import Cell, Unreadable
from arportal.receivables.tables.values import (
    date_formats_of,
    number_formats_of,
    only,
    read_amount,
    read_date,
)
from arportal.stores.models import NumberFormat

DOT, COMMA = NumberFormat.DOT, NumberFormat.COMMA
DAY = dt.date(2026, 4, 3)
DAYS = [
    ("03/04/2026", "%d/%m/%Y"),
    ("04/03/2026", "%m/%d/%Y"),
    ("3.4.2026", "%d.%m.%Y"),
    ("03.04.26", "%d.%m.%y"),
    ("20260403", "%Y%m%d"),
    (Decimal(20260403), "%Y%m%d"),
    ("2026-04-03 14:05:11", "%Y-%m-%d"),
    ("2026-04-03T00:00:00Z", "%Y-%m-%d"),
    ("3 Apr 2026", "%d %b %Y"),
    (DAY, "%d/%m/%Y"),
]
NO_DAYS = [
    "",
    "31/02/2026",
    "3/4/26",
    "2026-04-03T23:30:00Z",
    "yesterday",
    "#REF!",
    "03/04/20266",
    "٠٣/٠٤/٢٠٢٦",
]


def test_a_day_is_read_as_it_is_said_to_be_written() -> None:
    assert [read_date(cell, date_format) for cell, date_format in DAYS] == [DAY] * len(DAYS)
    assert not [cell for cell in NO_DAYS if _reads(lambda cell=cell: read_date(cell, "%d/%m/%Y"))]


def test_a_date_format_is_proposed_only_without_a_doubt() -> None:
    proposed = {
        "%d/%m/%Y": ["03/04/2026", "13/04/2026"],
        "%m/%d/%Y": ["03/04/2026", "12/13/2026"],
        "%Y-%m-%d": [dt.date(2026, 1, 2)],
        "": ["03/04/2026", "05/06/2026"],
    }
    assert {only(date_formats_of(cells)): cells for cells in proposed.values()} == proposed
    # Two senders in one file: no format fits.
    assert date_formats_of(["13/04/2026", "04/13/2026"]) == []
    # What is no day at all says nothing.
    assert date_formats_of(["13/04/2026", "yesterday"]) == ["%d/%m/%Y"]
    assert date_formats_of([dt.date(2026, 1, 2), "13/04/2026"]) == ["%d/%m/%Y"]


def test_an_amount_is_read_as_it_is_said_to_be_written() -> None:
    amounts = [
        ("1,234.50", DOT, "USD", "1234.50"),
        ("1.234,50 €", COMMA, "EUR", "1234.50"),
        ("(12.00)", DOT, "USD", "-12.00"),
        ("12,00-", COMMA, "EUR", "-12.00"),
        ("(12)", DOT, "USD", "-12"),
        ("12-", DOT, "USD", "-12"),
        ("+5", DOT, "USD", "5"),
        ("1,234", DOT, "JPY", "1234"),
        ("1,234", COMMA, "KWD", "1.234"),
        (Decimal("0.3"), COMMA, "USD", "0.3"),
        (Decimal("1E+3"), DOT, "JPY", "1000"),
    ]
    wrong = [each for each in amounts if read_amount(*each[:3]) != Decimal(each[3])]
    assert not wrong
    unreadable: list[tuple[Cell, NumberFormat, str]] = [
        ("", DOT, "USD"),
        ("n/a", DOT, "USD"),
        ("(12", DOT, "USD"),
        ("12)", DOT, "USD"),
        ("12,5O", COMMA, "EUR"),
        ("1.234", DOT, "USD"),
        ("1,234", COMMA, "USD"),
        ("12,34.5", DOT, "USD"),
        ("5 EUR", DOT, "USD"),
        ("#FORMULA", DOT, "USD"),
        (Decimal("0.005"), DOT, "USD"),
        ("--5", DOT, "USD"),
    ]
    assert not [each for each in unreadable if _reads(lambda each=each: read_amount(*each))]


def test_a_number_format_is_proposed_only_without_a_doubt() -> None:
    assert number_formats_of(["1,234.50", "7"]) == [DOT]
    assert number_formats_of(["12,50 €", "(3,00)"]) == [COMMA]
    assert number_formats_of(["1,234", "5,000"]) == [DOT, COMMA]
    assert number_formats_of(["1,234.50", "1.234,50"]) == []
    assert number_formats_of(["1,234.50", "n/a", "1,2,3"]) == [DOT]
    assert number_formats_of(["-1.234,50"]) == [COMMA]
    # Both read these alike.
    assert number_formats_of(["12", "1234"]) == number_formats_of([Decimal("1.5")]) == [DOT]


def _reads(reading: object) -> bool:
    try:
        reading()  # type: ignore[operator]
    except Unreadable:
        return False
    return True
