"""The first step of reading XLSX, which has a process of its own, here in the test's."""

import datetime as dt
import io
import json
import resource
import subprocess
import zipfile
from types import SimpleNamespace

import openpyxl
import pytest

from arportal.receivables.tables import workbook, xlsx
from arportal.receivables.tables.table import MAX_CELL, Reading, Unreadable
from arportal.receivables.tables.workbook import Refused, as_json, check_size, mark_troubled, rows_of, sheet
from tests.receivables.tables.test_reading import saved, spreadsheet


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
    only_line = [["1"]]
    mark_troubled(only_line, xml)
    assert only_line == [["#N/A"]]


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
    with pytest.raises(Refused, match="too large"):
        sheet(spreadsheet(), "")


def test_a_sheet_has_at_most_so_many_lines_and_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    written = openpyxl.Workbook()
    # Lines are counted from the top, though the first ones are empty.
    written.active["B3"] = "last"
    book = workbook.CalamineWorkbook.from_filelike(io.BytesIO(saved(written)))
    for lines, columns, fits in ((3, 2, True), (2, 2, False), (3, 1, False)):
        monkeypatch.setattr(workbook, "MAX_LINES", lines)
        monkeypatch.setattr(workbook, "MAX_COLUMNS", columns)
        if fits:
            assert rows_of(book, "Sheet") == [["", ""], ["", ""], ["", "last"]]
        else:
            with pytest.raises(Refused, match="too large"):
                rows_of(book, "Sheet")


def test_what_its_process_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory and time are limited before anything is read; what is wrong with a file it says in a word."""
    steps: list[object] = []
    monkeypatch.setattr(workbook.resource, "setrlimit", lambda *limit: steps.append(limit))

    def answer(content: bytes, name: str) -> dict[str, object]:
        stdin = SimpleNamespace(buffer=SimpleNamespace(read=lambda: steps.append("read") or content))
        out = io.StringIO()
        monkeypatch.setattr(workbook, "sys", SimpleNamespace(stdin=stdin, stdout=out, argv=["x", name]))
        workbook.main()
        return json.loads(out.getvalue())

    assert answer(spreadsheet(), "Payments") == sheet(spreadsheet(), "")
    assert steps == [
        (resource.RLIMIT_AS, (1024**3, 1024**3)),
        (resource.RLIMIT_CPU, (60, 60)),
        "read",
    ]
    assert answer(spreadsheet(), "Hidden") == {"problem": "no sheet"}
    assert answer(b"PK", "") == {"problem": "damaged"}


def test_what_its_process_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed by a limit, or late, the file is too large; what it read is told as it was read."""
    answer = {"sheet": "B", "sheets": ["A", "B"], "rows": [["x" * MAX_CELL]]}
    asked = {}

    def run(command: list[str], **options: object) -> SimpleNamespace:
        asked.update(options, sheet=command[-1])
        return SimpleNamespace(returncode=0, stdout=json.dumps(answer))

    monkeypatch.setattr(xlsx.subprocess, "run", run)
    raw = xlsx.read_xlsx(b"PK", Reading(sheet="B", header=0))
    assert (raw.reading, raw.sheets, len(raw.lines)) == (Reading(sheet="B", header=0), ("A", "B"), 1)
    assert (asked["sheet"], asked["input"], asked["timeout"]) == ("B", b"PK", xlsx.SECONDS)
    answer["rows"] = [["a"], ["x" * (MAX_CELL + 1)]]
    with pytest.raises(Unreadable, match="Line 2 has a cell that is too long"):
        xlsx.read_xlsx(b"PK", Reading())

    def late(*_command: object, **_options: object) -> None:
        raise subprocess.TimeoutExpired("x", 1)

    for ended in (late, lambda *_command, **_options: SimpleNamespace(returncode=-9)):
        monkeypatch.setattr(xlsx.subprocess, "run", ended)
        with pytest.raises(Unreadable, match="too large"):
            xlsx.read_xlsx(b"PK", Reading())
