"""Tables as CSV and XLSX, row by row."""

import csv
import datetime as dt
import io
import tracemalloc
import zipfile
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from arportal.documents import tables
from arportal.documents.tables import csv_pieces, workbook
from tests.whole import whole_or

HEADERS = ["Number", "Due", "Open", "Seen"]
DUE, SEEN = dt.date(2026, 3, 5), dt.datetime(2026, 3, 5, 14, 5, 30)
ROWS = [["Nº 1, “x”", DUE, Decimal("1234.50"), SEEN], ["2\n3", None, Decimal("-7"), None]]
HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1+1", "\uff20x"]


def read_csv(rows, headers=HEADERS) -> list[list[str]]:
    text = b"".join(csv_pieces(headers, rows)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def read_xlsx(rows, headers=HEADERS, sheet: int = 0) -> list[list]:
    with workbook("Invoices: [all]", headers, rows) as file:
        book = load_workbook(io.BytesIO(file.read()))
    return [[cell.value for cell in row] for row in book.worksheets[sheet].iter_rows()]


def test_it_works():
    first, *others = read_csv(ROWS)
    assert first == HEADERS
    assert others[0] == ["Nº 1, “x”", "2026-03-05", "1234.50", "2026-03-05 14:05"]
    assert others[1] == ["2\n3", "", "-7", ""]


def test_spreadsheets_are_told_that_it_is_utf8():
    assert next(iter(csv_pieces(HEADERS, []))) == b"\xef\xbb\xbf"


def test_xlsx_keeps_numbers_and_dates():
    first, second, third = read_xlsx(ROWS)
    assert first == HEADERS
    assert second == ["Nº 1, “x”", dt.datetime(2026, 3, 5), 1234.5, SEEN]
    assert third[2] == -7


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_a_formula_in_csv(text):
    assert read_csv([[text, None, Decimal(-5), None]])[1] == [f"'{text}", "", "-5", ""]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_a_formula_in_xlsx(text):
    with workbook("x", ["a"], [[text]]) as file:
        book = load_workbook(io.BytesIO(file.read()))
    cell = book.active["A2"]
    # A string that the spreadsheet was told to leave a string; XML has no bare carriage return.
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert cell.value.replace("_x000D_", "\r").strip() == text.strip()


def test_a_header_is_text_too():
    assert read_csv([], ["=1", "b"])[0] == ["'=1", "b"]


@pytest.mark.parametrize("number", ["123456789012345.6789", "-9999999999999999.9999", "12345678901234567890"])
def test_a_number_too_long_for_a_cell_is_text_to_the_last_digit(number):
    assert read_xlsx([[Decimal(number)]])[1][0] == number


@pytest.mark.parametrize(("amount", "pattern"), [("5", "0"), ("5.00", "#,##0.00"), ("5.000", "#,##0.000")])
def test_amounts_show_their_currencys_decimals(amount, pattern):
    with workbook("x", ["a"], [[Decimal(amount)]]) as file:
        book = load_workbook(io.BytesIO(file.read()))
    assert book.active["A2"].number_format == pattern


def test_text_longer_than_a_cell_ends_in_dots():
    shown = read_xlsx([["a" * 40_000]])[1][0]
    assert (len(shown), shown[-1]) == (32_767, "…")


def test_more_rows_than_a_sheet_holds_go_on_the_next_one(monkeypatch):
    monkeypatch.setattr(tables, "ROWS_A_SHEET", 4)
    rows = [[number] for number in range(7)]
    sheets = [read_xlsx(rows, ["n"], sheet) for sheet in range(3)]
    assert sheets == [[["n"], [0], [1], [2]], [["n"], [3], [4], [5]], [["n"], [6]]]


def test_control_characters_do_not_break_the_file():
    assert "\x07" not in (read_xlsx([["a\x00b\x07c"]])[1][0] or "")


def test_a_file_that_cannot_be_finished_is_closed():
    def rows():
        yield ["x"]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        workbook("x", ["a"], rows())


def test_rows_are_taken_as_they_are_written():
    taken = []
    pieces = csv_pieces(["n"], (taken.append(number) or [number] for number in range(10_000)))
    next(pieces)
    next(pieces)
    assert len(taken) < 1_000


def all_pieces(headers, rows) -> None:
    for _piece in csv_pieces(headers, rows):
        pass


def whole_book(headers, rows) -> None:
    workbook("x", headers, rows).close()


@pytest.mark.parametrize("write", whole_or([all_pieces, whole_book], [all_pieces]))
def test_memory_does_not_grow_with_the_rows(write):
    def peak(count: int) -> int:
        tracemalloc.start()
        write(["text", "number"], ([f"row {number}", number] for number in range(count)))
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(8_000) < peak(2_000) + 300_000


def test_the_sheet_has_a_name_that_excel_takes():
    with workbook("A/B: [all]? " * 5, ["a"], []) as file, zipfile.ZipFile(file) as archive:
        assert b'name="A B   all' in archive.read("xl/workbook.xml")
