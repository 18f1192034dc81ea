"""Tables in an XLSX file, read by a process of its own (`workbook.py`) with a limit of memory and time."""

import json
import subprocess
import sys
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.receivables.tables import workbook
from arportal.receivables.tables.table import MAX_CELL, Line, Raw, Reading, Unreadable, of_json

IN_WORDS = {
    "damaged": _lazy("The spreadsheet cannot be read: it is damaged."),
    "locked": _lazy("The spreadsheet is protected by a password: save it without one."),
    "other kind": _lazy("This is not a table: save it as CSV or XLSX."),
    "no sheet": _lazy("The spreadsheet has no sheet of that name."),
    "empty": _lazy("The file has no lines."),
    "too large": _lazy("The spreadsheet is too large: at most 100,000 lines and 200 columns are taken."),
}
SECONDS = 90


def read_xlsx(content: bytes, reading: Reading) -> Raw:
    """Raises Unreadable."""
    command = [sys.executable, "-I", str(Path(workbook.__file__)), reading.sheet]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and of the file it gets the bytes
            command, input=content, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise Unreadable(IN_WORDS["too large"]) from late
    if done.returncode:
        # Memory or time ran out, by which the program was ended.
        raise Unreadable(IN_WORDS["too large"])
    answer = json.loads(done.stdout)
    if "problem" in answer:
        raise Unreadable(IN_WORDS[answer["problem"]])
    lines = [Line(number, of_json(cells)) for number, cells in enumerate(answer["rows"], start=1)]
    for line in lines:
        if any(isinstance(cell, str) and len(cell) > MAX_CELL for cell in line.cells):
            raise Unreadable(_("Line %(line)d has a cell that is too long.") % {"line": line.number})
    read = Reading(sheet=answer["sheet"], header=reading.header)
    return Raw(read, lines, sheets=tuple(answer["sheets"]))
