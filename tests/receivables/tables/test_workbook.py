"""The first step of reading XLSX, which has a process of its own, here in the test's."""

import datetime as dt
import io
import zipfile

import pytest

from arportal.receivables.tables import workbook
from arportal.receivables.tables.workbook import Refused, as_json, check_size, mark_troubled, rows_of, sheet
from tests.receivables.tables.test_reading import spreadsheet


def test_cells_keep_what_they_are() -> None:
    cells = {
        " x ": "x",
        True: "TRUE",
        dt.datetime(2026, 1, 31, 14, 5): ["d", "2026-01-31"],
        dt.date(2026, 1, 31): ["d", "2026-01-31"],
        7: ["n", "7"],
        0.1 + 0.2: ["n", "0.3"],
        # Fifteen digits are kept, and one more is not.
        10**15 - 1: ["n", "999999999999999"],
        -(10**15): "#DIGITS",
        dt.time(14, 5): "14:05:00",
    }
    assert {cell: as_json(cell) for cell in cells} == cells


def test_errors_stand_where_the_spreadsheet_shows_them() -> None:
    rows = [[f"{line}-{column}" for column in range(1, 29)] for line in (1, 2)]
    xml = (
        b'<row><c r="A1" t="e"><v>#N/A</v></c><c r="B1"><v>1</v></c><c r="C1" s="2"><f>1+1</f></c></row>'
        b'<row><c r="AB2" t="e"><f>A1</f><v>#REF!</v></c><c r="AC2" t="e"><v>#N/A</v></c></row>'
        b'<row><c r="A3" t="e"><v>#N/A</v></c></row>'
    )
    mark_troubled(rows, xml)
    changed = {
        (line, column): cell
        for line, row in enumerate(rows, start=1)
        for column, cell in enumerate(row, start=1)
        if cell != f"{line}-{column}"
    }
    assert changed == {(1, 1): "#N/A", (1, 3): "#FORMULA", (2, 28): "#REF!"}


def test_the_first_sheet_that_people_see_and_that_is_not_empty() -> None:
    read = sheet(spreadsheet(), "")
    assert (read["sheet"], read["sheets"], len(read["rows"])) == ("Payments", ["Empty", "Payments"], 4)
    assert read["rows"][3] == [["n", "7"], "31.01.2026", "#REF!", "#DIGITS"]
    assert sheet(spreadsheet(), "Payments") == read
    for name, reason in (("Hidden", "no sheet"), ("Empty", "empty")):
        with pytest.raises(Refused, match=reason):
            sheet(spreadsheet(), name)
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as parts:
        parts.writestr("word/document.xml", "<w/>")
    with pytest.raises(Refused, match="other kind"):
        sheet(other.getvalue(), "")


class Parts:
    """Parts of a file of these sizes."""

    def __init__(self, sizes: list[int], flags: int = 0) -> None:
        self.infos = [zipfile.ZipInfo(str(number)) for number in range(len(sizes))]
        for info, info.file_size in zip(self.infos, sizes, strict=True):
            info.flag_bits = flags

    def infolist(self) -> list[zipfile.ZipInfo]:
        return self.infos


def test_what_is_too_large_or_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_PARTS", 2)
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 10)
    check_size(Parts([4, 6], flags=2))
    for parts, reason in (
        (Parts([1, 1, 1]), "too large"),
        (Parts([5, 6]), "too large"),
        (Parts([1], flags=1), "locked"),
    ):
        with pytest.raises(Refused, match=reason):
            check_size(parts)


def test_a_sheet_has_at_most_so_many_lines_and_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    book = workbook.CalamineWorkbook.from_filelike(io.BytesIO(spreadsheet()))
    monkeypatch.setattr(workbook, "MAX_LINES", 4)
    monkeypatch.setattr(workbook, "MAX_COLUMNS", 4)
    assert len(rows_of(book, "Payments")) == 4
    for name in ("MAX_LINES", "MAX_COLUMNS"):
        with monkeypatch.context() as patch:
            patch.setattr(workbook, name, 3)
            with pytest.raises(Refused, match="too large"):
                rows_of(book, "Payments")
