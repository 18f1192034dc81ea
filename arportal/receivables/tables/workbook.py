"""The first step of reading XLSX, in a process of its own (`xlsx.py` starts it): a few kilobytes of a hostile file
can ask for terabytes, and the library then ends the process it runs in.

It imports nothing of ours, so that it starts in a moment. In: the file on stdin, the sheet's name as the argument.
Out: JSON, with the lines of the sheet or what is wrong with the file.
"""

import datetime as dt
import io
import json
import re
import resource
import sys
import zipfile
from typing import Any
from xml.etree import ElementTree as ET

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

MEMORY = 1024**3
SECONDS = 60
MAX_LINES = 100_000
MAX_COLUMNS = 200
MAX_UNPACKED = 300 * 1024 * 1024
MAX_PARTS = 2_000
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# A spreadsheet keeps fifteen digits of a number; of a longer one the last ones are gone.
EXACT = 10**15
# Cells that the library takes for empty ones: with an error in them, or a formula of which nobody kept the result.
TROUBLED = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*?'
    rb'(?:t="e"[^>]*>(?:<f[^>]*>[^<]*</f>|<f[^>]*/>)?<v>([^<]{1,20})</v>'
    rb"|>(?:<f[^>]*>[^<]*</f>|<f[^>]*/>)(?:<v>\s*</v>|<v\s*/>)?</c>)"
)
# In the order in which a damaged file is met with: no ZIP, or a part that its checksum does not fit; packed in a way
# that Python does not know; a part or an attribute that is missing; XML that is none; a number that is none; and what
# the library says itself. Anything else is a mistake of ours, and ends the process.
DAMAGED = (zipfile.BadZipFile, NotImplementedError, KeyError, ET.ParseError, ValueError, CalamineError)
NO_RESULT, TOO_LONG = "#FORMULA", "#DIGITS"


class Refused(Exception):
    """One word for what is wrong with the file."""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        answer = sheet(sys.stdin.buffer.read(), sys.argv[1])
    except Refused as refused:
        answer = {"problem": str(refused)}
    except DAMAGED:
        answer = {"problem": "damaged"}
    sys.stdout.write(json.dumps(answer))


def sheet(content: bytes, name: str) -> dict[str, Any]:
    """The sheet of that name, or the first one that people see and that is not empty."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        check_size(parts)
        if "xl/workbook.xml" not in parts.namelist():
            raise Refused("other kind")
        paths = sheet_paths(parts)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        seen = [each.name for each in book.sheets_metadata if each.visible == SheetVisibleEnum.Visible]
        if name and name not in seen:
            raise Refused("no sheet")
        for each in [name] if name else seen:
            rows = rows_of(book, each)
            if rows:
                mark_troubled(rows, parts.read(paths[each]))
                return {"sheet": each, "sheets": seen, "rows": rows}
    raise Refused("empty")


def check_size(parts: zipfile.ZipFile) -> None:
    """Believes what the file says itself: a part that unpacks to more is cut off there, and fails its checksum."""
    infos = parts.infolist()
    if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > MAX_UNPACKED:
        raise Refused("too large")
    if any(info.flag_bits & 1 for info in infos):
        raise Refused("locked")


def sheet_paths(parts: zipfile.ZipFile) -> dict[str, str]:
    links = ET.fromstring(parts.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - by an expat that counts what it expands
    targets = {link.attrib["Id"]: link.attrib["Target"] for link in links}
    book = ET.fromstring(parts.read("xl/workbook.xml"))  # noqa: S314 - as above
    sheets = {each.attrib["name"]: targets[each.attrib[LINK]] for each in book.iter(f"{MAIN}sheet")}
    return {name: path.lstrip("/") if path.startswith("/") else f"xl/{path}" for name, path in sheets.items()}


def rows_of(book: CalamineWorkbook, name: str) -> list[list[Any]]:
    sheet = book.get_sheet_by_name(name)
    # The last cell, counted from 0; the library's own totals are one less than there are lines and columns.
    if sheet.end and (sheet.end[0] >= MAX_LINES or sheet.end[1] >= MAX_COLUMNS):
        raise Refused("too large")
    return [[as_json(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]


def as_json(cell: Any) -> Any:
    """A text, or a number or day as `table.of_json` reads it."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, dt.datetime):
        return ["d", cell.date().isoformat()]
    if isinstance(cell, dt.date):
        return ["d", cell.isoformat()]
    if isinstance(cell, int | float):
        return ["n", format(cell, ".15g")] if abs(cell) < EXACT else TOO_LONG
    return str(cell)


def mark_troubled(rows: list[list[Any]], xml: bytes) -> None:
    for column, line, error in TROUBLED.findall(xml):
        at = 0
        for letter in column:
            at = at * 26 + letter - 64
        if int(line) <= len(rows) and at <= len(rows[0]):
            rows[int(line) - 1][at - 1] = error.decode() or NO_RESULT


if __name__ == "__main__":
    main()
