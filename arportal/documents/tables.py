"""Tables of any length as CSV or XLSX, row by row, in memory that does not grow.

Both take headers and plain values: text, whole numbers, Decimal, dates, times without a zone, None for nothing.
Text is hostile: nothing that a cell holds may become a formula where the file is opened.
"""

import csv
import datetime as dt
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from decimal import Decimal
from typing import IO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Plain = str | int | Decimal | dt.date | dt.datetime | None
Row = Sequence[Plain]

# What a spreadsheet may take for the beginning of a formula, the wide forms of East Asian keyboards too.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# Spreadsheets open a file without this mark in an encoding of their own.
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
ROWS_A_PIECE = 500
# Limits of the XLSX format.
ROWS_A_SHEET = 1_048_576
CHARACTERS_A_CELL = 32_767
# A cell's number is a double: it holds fifteen digits and no more.
DIGITS_A_NUMBER = 15


def csv_pieces(headers: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """The file in pieces: UTF-8, commas, dates as 2026-03-05, amounts with a point and without grouping."""
    lines = _Lines()
    writer = csv.writer(lines)
    writer.writerow([_written(header) for header in headers])
    yield BYTE_ORDER_MARK
    for row in rows:
        writer.writerow([_written(value) for value in row])
        if len(lines) >= ROWS_A_PIECE:
            yield lines.taken()
    yield lines.taken()


class _Lines(list[str]):
    """A file for csv.writer: lines until they are taken."""

    write = list.append

    def taken(self) -> bytes:
        piece = "".join(self).encode()
        self.clear()
        return piece


def _written(value: Plain) -> str:
    match value:
        case None:
            return ""
        case str():
            return f"'{value}" if value.startswith(FORMULA_SIGNS) else value
        case Decimal():
            return f"{value:f}"
        case dt.datetime():
            return value.isoformat(" ", "minutes")
    return str(value)


def workbook(title: str, headers: Sequence[str], rows: Iterable[Row]) -> IO[bytes]:
    """An XLSX file, open at its start; closing it removes it. More rows than a sheet holds go on the next sheet."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - who gets it closes it
    try:
        # Its close also clears away the files it keeps the sheets in until then.
        with closing(xlsxwriter.Workbook(file, {"constant_memory": True})) as book:
            _Book(book, title, headers).write(rows)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


class _Book:
    def __init__(self, book: xlsxwriter.Workbook, title: str, headers: Sequence[str]) -> None:
        self.book, self.title, self.headers = book, title, headers
        self.heading = book.add_format({"bold": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        # What Excel itself sets when somebody types an apostrophe first: the text stays text when it is edited.
        self.quoted = book.add_format({"quote_prefix": True})
        self.amounts: dict[int, Format] = {}

    def write(self, rows: Iterable[Row]) -> None:
        sheet, number = self._new_sheet(1), 1
        for row in rows:
            if number == ROWS_A_SHEET:
                sheet, number = self._new_sheet(len(self.book.worksheets()) + 1), 1
            for column, value in enumerate(row):
                self._write_cell(sheet, number, column, value)
            number += 1

    def _new_sheet(self, number: int) -> Worksheet:
        # Excel forbids some characters in a name, and more than 31 of them.
        name = "".join(" " if character in "[]:*?/\\'" else character for character in self.title)
        name = name[:27].strip() or "1"
        if number > 1:
            name = f"{name[:24].strip()} ({number})"
        sheet = self.book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(self.headers) - 1, 0), 16)
        for column, header in enumerate(self.headers):
            sheet.write_string(0, column, header[:CHARACTERS_A_CELL], self.heading)
        return sheet

    def _write_cell(self, sheet: Worksheet, row: int, column: int, value: Plain) -> None:
        match value:
            case None | "":
                pass
            case str():
                # Longer text would be left out without a word.
                shown = value if len(value) <= CHARACTERS_A_CELL else f"{value[: CHARACTERS_A_CELL - 1]}…"
                is_formula = value.startswith(FORMULA_SIGNS)
                sheet.write_string(row, column, shown, self.quoted if is_formula else None)
            case dt.datetime():
                sheet.write_datetime(row, column, value, self.moment)
            case dt.date():
                sheet.write_datetime(row, column, value, self.day)
            case _:
                self._write_number(sheet, row, column, Decimal(value))

    def _write_number(self, sheet: Worksheet, row: int, column: int, number: Decimal) -> None:
        if len(number.as_tuple().digits) > DIGITS_A_NUMBER:
            sheet.write_string(row, column, f"{number:f}")
            return
        decimals = max(-int(number.as_tuple().exponent), 0)
        if decimals not in self.amounts:
            pattern = f"#,##0.{'0' * decimals}" if decimals else "0"
            self.amounts[decimals] = self.book.add_format({"num_format": pattern})
        sheet.write_number(row, column, float(number), self.amounts[decimals])
