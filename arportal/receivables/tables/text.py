"""Tables written as text: CSV, with whatever separator and encoding."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _

from arportal.receivables.tables.table import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_LINES,
    TOP,
    Line,
    Raw,
    Reading,
    Unreadable,
)

SEPARATORS = (",", ";", "\t", "|")
# As Excel writes it above a table.
TOLD_SEPARATOR = re.compile(r"sep=([^\r\n])(?=[\r\n]|\Z)", re.IGNORECASE)
# Python's name → how a person knows it.
ENCODINGS = {
    "utf-8": "Unicode (UTF-8)",
    "utf-16": "Unicode (UTF-16)",
    "cp1252": "Western European (Windows-1252)",
    "cp1250": "Central European (Windows-1250)",
    "cp1251": "Cyrillic (Windows-1251)",
    "cp1253": "Greek (Windows-1253)",
    "cp1254": "Turkish (Windows-1254)",
    "cp1255": "Hebrew (Windows-1255)",
    "cp1256": "Arabic (Windows-1256)",
    "shift_jis": "Japanese (Shift JIS)",
    "gb18030": "Chinese (GB 18030)",
    "big5": "Chinese (Big5)",
    "cp949": "Korean (Windows-949)",
    "mac_roman": "Western European (Macintosh)",
}
# These show themselves, or take any byte for a letter.
NEVER_GUESSED = ("utf-8", "utf-16", "mac_roman")
MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# The guess is made of so many bytes, from the line on that has the first one that is not UTF-8.
SAMPLE = 20_000
# Longer ones are no lines of a table.
MAX_LINE = 1_000_000


def read_text(content: bytes, reading: Reading) -> Raw:
    """Raises Unreadable."""
    marked = marked_encoding(content)
    encoding = reading.encoding or marked or _likely_encoding(content)
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            _("Line %(line)d cannot be read as %(encoding)s.")
            % {"line": line, "encoding": ENCODINGS[encoding]}
        ) from error
    if "\0" in text:
        raise Unreadable(_("This is not a text: save the table as CSV or XLSX."))
    if any(len(line) > MAX_LINE for line in io.StringIO(text, newline="")):
        raise Unreadable(_("This is not a table: a line of it is a million characters long."))
    told = TOLD_SEPARATOR.match(text)
    separator = reading.separator or (told[1] if told else _likely_separator(text))
    lines = list(_lines(text, separator, skipped=1 if told else 0))
    read = Reading(encoding, separator, "", reading.header)
    return Raw(read, lines, is_sure=bool(marked) or encoding == "utf-8")


def marked_encoding(content: bytes) -> str:
    """The encoding that a mark at the beginning of the file tells; "" without one."""
    return next((name for mark, name in MARKS.items() if content.startswith(mark)), "")


def _likely_encoding(content: bytes) -> str:
    """UTF-8 if it is that, which no other text is by chance; else the one that makes the likeliest text."""
    try:
        content.decode()
    except UnicodeDecodeError as error:
        sample = _sample(content, error.start)
    else:
        return "utf-8"
    candidates = [name for name in ENCODINGS if name not in NEVER_GUESSED]
    matches = from_bytes(sample, cp_isolation=candidates, preemptive_behaviour=False)
    # Of several that fit as well, the one that is met more often: they stand in that order.
    ranked = [
        (match.chaos, -match.coherence, candidates.index(name))
        for match in matches
        for name in match.could_be_from_charset
        if name in candidates
    ]
    return candidates[min(ranked)[2]] if ranked else "cp1252"


def _sample(content: bytes, start: int) -> bytes:
    """Whole lines from that of this byte on: of a letter of two bytes one alone would rule its encoding out."""
    line = max(content.rfind(b"\n", 0, start), content.rfind(b"\r", 0, start)) + 1
    begin = max(line, start - SAMPLE // 2)
    sample = content[begin : begin + SAMPLE]
    if begin + SAMPLE < len(content):
        # The last line is cut. It stays where it is the only one.
        return b"\n".join(sample.splitlines()[:-1]) or sample
    return sample


def _likely_separator(text: str) -> str:
    """The one by which most of the first lines have the same number of cells, and the most of these."""
    top = text[: MAX_CELL * TOP].splitlines()[: TOP * 2]

    def likelihood(separator: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(top, delimiter=separator) if row]
        except csv.Error:
            return 0, 0
        [(width, count)] = Counter(widths).most_common(1) or [(1, 0)]
        return (count, width) if width > 1 else (0, 0)

    return max(SEPARATORS, key=likelihood)


def _lines(text: str, separator: str, skipped: int) -> Iterator[Line]:
    source = io.StringIO(text, newline="")
    for _line in range(skipped):
        source.readline()
    # Strict: of a quote that is not closed, all the rest of the file would become one cell.
    rows = csv.reader(source, delimiter=separator, strict=True)
    number = 1
    try:
        for row in rows:
            if len(row) > MAX_COLUMNS:
                raise Unreadable(
                    _("Line %(line)d has more than %(most)d columns.")
                    % {"line": number + skipped, "most": MAX_COLUMNS}
                )
            if number > MAX_LINES:
                raise Unreadable(_("The file has more than %(most)d lines.") % {"most": MAX_LINES})
            cells = tuple(cell.strip() for cell in row)
            if any(len(cell) > MAX_CELL for cell in cells):
                raise Unreadable(_("Line %(line)d has a cell that is too long.") % {"line": number + skipped})
            yield Line(number + skipped, cells)
            number = rows.line_num + 1
    except csv.Error as error:
        raise Unreadable(
            _("Line %(line)d: its quotation marks are not in pairs.") % {"line": number + skipped}
        ) from error
