"""Tables out of files as senders make them, and out of files that nobody should send."""

import datetime as dt
import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest

from arportal.receivables.tables import reading, text
from arportal.receivables.tables.reading import read_table
from arportal.receivables.tables.table import MAX_BYTES, Reading, Unreadable, as_json, of_json

TEXT = "Number;Company;Amount\nR-1;Müller;12,50\nR-2;Société Générale;1.000,00\nR-3;Ærø;7,00\n"
# Name → the file, then encoding, separator and line of the header that are found out.
WRITTEN = {
    "UTF-8": (TEXT.encode(), "utf-8", ";", 1),
    "with a mark": (TEXT.encode("utf-8-sig"), "utf-8", ";", 1),
    "UTF-16 of Excel's": (TEXT.replace(";", "\t").encode("utf-16"), "utf-16", "\t", 1),
    "of Windows": (TEXT.replace("\n", "\r\n").encode("cp1252"), "cp1252", ";", 1),
    "Excel's own hint": (b"sep=|\nNumber|Amount\nA|1;5\n", "utf-8", "|", 2),
    "commas within quotes": (b'Number,Company\n1,"Miller, Smith"\n2,"A ""B"" C"\n', "utf-8", ",", 1),
    "words of a bank's above": (
        b"Account 12\nFrom;01.01.2026\n\nDay;Amount;Who\n1;2;3\n2;3;4\n",
        "utf-8",
        ";",
        4,
    ),
    "no header": (b"1;2026-01-01;A\n2;2026-01-02;B\n", "utf-8", ";", 0),
    "one column of five without a name": (b"A;B;C;D;\n1;2;3;4;5\n2;3;4;5;6\n", "utf-8", ";", 1),
    "words over three of four columns": (b"a;b;c;\n1;2;3;4\n5;6;7;8\n", "utf-8", ";", 0),
    "old Macintosh lines": (b"Number,Amount\rA,1\rB,2\r", "utf-8", ",", 1),
    "two columns": (b"Number;Amount\nA;1\n", "utf-8", ";", 1),
    "one column": (b"Number\n1\n2\n", "utf-8", ",", 1),
}


def test_how_a_text_is_written_is_found_out_and_told() -> None:
    wrong = {}
    for name, (content, *expected) in WRITTEN.items():
        reading = read_table(content).reading
        if [reading.encoding, reading.separator, reading.header] != expected:
            wrong[name] = reading
    assert not wrong
    table = read_table(WRITTEN["of Windows"][0])
    assert table.lines[1].cells == ("R-2", "Société Générale", "1.000,00")
    # It was a guess, and is said to be one.
    assert (table.is_sure, read_table(TEXT.encode()).is_sure) == (False, True)


def test_a_person_may_know_better() -> None:
    content = "Имя;Сумма\nЮля;5\n".encode("cp1251")
    told = Reading(encoding="cp1251", separator=";", header=0)
    assert read_table(content, told).columns == ("Column 1", "Column 2")
    assert read_table(content, told).lines[1].cells == ("Юля", "5")


def test_letters_that_are_no_unicode_are_guessed_by_what_they_would_say() -> None:
    russian = "Счёт;Плательщик;Сумма\n" + "17;Акционерное общество Металлург;5\n" * 3
    assert read_table(russian.encode("cp1251")).reading.encoding == "cp1251"
    # They may come late in the file.
    late = "1;Acme;7\n" * 4_000 + russian * 50
    assert read_table(late.encode("cp1251")).reading.encoding == "cp1251"


def test_of_encodings_that_fit_as_well_the_language_decides() -> None:
    turkish = "Numara;Şirket;Tutar\n1;İstanbul Dış Ticaret;5\n2;Güneş Işık Sanayi;7\n"  # noqa: RUF001 - it has such letters
    # What a cell says of encodings is no word about the file's.
    for content in (turkish, turkish + "3;coding=cp1252;8\n"):
        assert read_table(content.encode("cp1254")).reading.encoding == "cp1254"


@pytest.mark.parametrize("end", ["\n", "\r"])
def test_a_guess_is_made_of_whole_letters(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of letters of two bytes; some of the lengths would cut one in two."""
    lines = ["17;" + "株式会社山田商店東京支店" * 6] * 5
    content = end.join(["1;Acme"] * 30 + lines).encode("shift_jis")
    for sample in range(200, 204):
        monkeypatch.setattr(text, "SAMPLE", sample)
        assert read_table(content).reading.encoding == "shift_jis", sample


@pytest.mark.parametrize("rest", ["", "\n1;Acme" * 50])
def test_a_guess_is_made_of_letters_that_come_late_in_a_line(
    rest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "SAMPLE", 200)
    content = "x" * 500 + ";Акционерное общество" * 10 + rest
    assert read_table(content.encode("cp1251"), Reading(header=0)).reading.encoding == "cp1251"


def test_lines_have_the_numbers_of_the_file() -> None:
    table = read_table(b'Number,Memo\n1,"two\nlines"\n\n2,x\n,\n3\n')
    assert [(line.number, line.cell(0), line.cell(1)) for line in table.lines] == [
        (2, "1", "two\nlines"),
        (5, "2", "x"),
        (7, "3", ""),
    ]


def test_columns_have_one_name_each() -> None:
    assert read_table(b"A,B,,A ,,A\nx,1,2,3,4,5\n", Reading(header=1)).columns == (
        *("A", "B", "Column 3", "A (2)", "Column 5", "A (3)"),
    )


def test_a_spreadsheet_keeps_its_numbers_and_days() -> None:
    table = read_table(spreadsheet())
    assert table.columns[:4] == ("Number", "Day", "Amount", "Sum")
    assert table.sheets == ("Empty", "Payments")
    first, second = table.lines
    assert first.cells[:4] == ("A", dt.date(2026, 1, 31), Decimal("0.3"), "#FORMULA")
    assert (second.number, *second.cells[:4]) == (4, Decimal(7), "31.01.2026", "#REF!", "#DIGITS")
    assert of_json(as_json(first.cells)) == first.cells


def spreadsheet() -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Empty"
    sheet = book.create_sheet("Payments")
    sheet.append(["Number", "Day", "Amount", "Sum"])
    sheet.append(["A", dt.datetime(2026, 1, 31, 14, 5), 0.1 + 0.2, "=1+1"])
    sheet.append([])
    sheet.append([7, "31.01.2026", None, 12345678901234567])
    sheet["C4"].value, sheet["C4"].data_type = "#REF!", "e"
    book.create_sheet("Hidden").sheet_state = "hidden"
    return saved(book)


def test_what_nobody_should_send_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "MAX_LINES", 1_000)
    wrong = {}
    for reason, content in refused_files().items():
        try:
            wrong[reason] = read_table(content)
        except Unreadable as refused:
            if reason not in str(refused):
                wrong[reason] = refused
    assert not wrong


def test_what_is_at_its_limit_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 9)
    for name, most in (("MAX_LINES", 2), ("MAX_COLUMNS", 2), ("MAX_CELL", 2), ("MAX_LINE", 5)):
        monkeypatch.setattr(text, name, most)
    for content in (b"a,b\n12,34", b"a,b\r12,34"):
        assert read_table(content).lines[0].cells == ("12", "34")


def test_lines_below_a_hint_have_the_numbers_of_the_file() -> None:
    assert [line.number for line in read_table(b"sep=,\n1,2\n", Reading(header=0)).lines] == [2]
    for content in (b"," * 300, b'"' + b"x\n" * 6_000 + b'"', b'"3,4\n'):
        with pytest.raises(Unreadable, match="Line 3"):
            read_table(b"sep=,\na,b\n" + content)


def refused_files() -> dict[str, bytes]:
    far = openpyxl.Workbook()
    far.active["A1"], far.active["XFD1048576"] = "Number", 1
    bomb, other = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", bytes(1_000))
        parts.infolist()[0].file_size = 400 * 1024 * 1024  # As if it unpacked to so much.
    with zipfile.ZipFile(other, "w") as parts:
        parts.writestr("word/document.xml", "<w/>")
    return {
        "The file has no lines": b"\n\n",
        "no line below": b"Number,Amount\n",
        "larger than 20 MB": b"x" * (MAX_BYTES + 1),
        "not a text": b"a,b\n\0\0\n",
        "more than 200 columns": b"a,b\n" + b"," * 300,
        "more than 1000 lines": b"a,b\n" + b"1,2\n" * 1_000,
        "a line of it is a million": b"a,b\n" + b"x" * 1_000_001,
        "Line 3 has a cell that is too long": b'a,b\n1,2\n"' + b"x\n" * 6_000 + b'",2\n',
        "Line 3: its quotation marks": b'a,b\n1,2\n"3,4\n5,6\n',
        "Line 2: its quotation marks": b'a,b\n"' + b"x" * 200_000 + b'",2\n',
        "of an old kind": b"\xd0\xcf\x11\xe0 old",
        "damaged": spreadsheet()[:2_000],
        "at most 100,000 lines and 200 columns": saved(far),
        "too large": bomb.getvalue(),
        "This is not a table: save it": other.getvalue(),
    }


def test_what_was_told_must_fit() -> None:
    with pytest.raises(Unreadable, match="Line 3 cannot be read as Unicode"):
        read_table("\na\nMüller\n".encode("cp1252"), Reading(encoding="utf-8"))
    with pytest.raises(Unreadable, match="Line 2, which was to be the header, is empty"):
        read_table(b"a,b\n\n1,2\n", Reading(header=2))
    with pytest.raises(Unreadable, match="no sheet of that name"):
        read_table(spreadsheet(), Reading(sheet="Hidden"))


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
