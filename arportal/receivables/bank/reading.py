"""Reading a bank file: which format it is in, and limits for what anybody may send."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.receivables.bank import bai2, camt, mt940, ofx
from arportal.receivables.bank.entries import Entry, Problem
from arportal.receivables.tables.table import Unreadable
from arportal.receivables.tables.text import marked_encoding

MOST_BYTES = 5 * 1024 * 1024
MOST_LINES = 20_000
MOST_PROBLEMS = 500
SECONDS = 20.0
# A file's first bytes → what it is instead of a statement.
NO_STATEMENTS = {
    b"PK\x03\x04": _lazy("a ZIP archive or workbook"),
    b"\x1f\x8b": _lazy("packed"),
    b"%PDF": "PDF",
}


class Format(models.TextChoices):
    MT940 = "mt940", "MT940"
    CAMT = "camt", "CAMT"
    BAI2 = "bai2", "BAI2"
    OFX = "ofx", "OFX"
    TABLE = "table", _lazy("Table")


TEXTS: dict[Format, tuple[Callable[[str], bool], Callable[[str], Iterator[Entry | Problem]]]] = {
    Format.OFX: (ofx.looks_like, ofx.read),
    Format.BAI2: (bai2.looks_like, bai2.read),
    Format.MT940: (mt940.looks_like, mt940.read),
}


class NoStatement(Unreadable):
    """The file is in no format of banks: it may be a table."""


@dataclass
class Statement:
    """A file as read. `encoding` is what its text was taken for."""

    format: Format
    encoding: str
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read(content: bytes, seconds: float = SECONDS) -> Statement:
    """Raises Unreadable when nothing of the file can be read."""
    if len(content) > MOST_BYTES:
        raise Unreadable(_("The file is larger than %(most)d MB.") % {"most": MOST_BYTES // 1024 // 1024})
    if not content.strip():
        raise Unreadable(_("The file is empty."))
    for start, what in NO_STATEMENTS.items():
        if content.startswith(start):
            raise NoStatement(_("This is no bank statement: the file is %(what)s.") % {"what": what})
    if camt.looks_like(content):
        return collected(Statement(Format.CAMT, "XML"), camt.read(content), seconds)
    text, encoding = decoded(content)
    for kind, (looks_like, reader) in TEXTS.items():
        if looks_like(text):
            return collected(Statement(kind, encoding), reader(text), seconds)
    raise NoStatement(_("This is neither MT940, CAMT, BAI2, OFX nor a table with columns."))


def collected(statement: Statement, items: Iterator[Entry | Problem], seconds: float) -> Statement:
    until = time.monotonic() + seconds
    for item in items:
        if isinstance(item, Entry):
            statement.entries.append(item)
        else:
            statement.problems.append(item)
        if len(statement.entries) > MOST_LINES or len(statement.problems) > MOST_PROBLEMS:
            raise Unreadable(_("The file has too many lines, or too many that cannot be read."))
        if time.monotonic() > until:
            raise Unreadable(_("Reading the file takes too long. Ask the bank for a file of fewer days."))
    if not statement.entries and not statement.problems:
        raise Unreadable(_("There is no booked line in the file."))
    return statement


def decoded(content: bytes) -> tuple[str, str]:
    """The text and its encoding: what a mark at its beginning says, else UTF-8, or Windows-1252 if it is not that."""
    if marked := marked_encoding(content):
        return _strictly(content, marked), marked.upper()
    try:
        return _strictly(content, "utf-8"), "UTF-8"
    except Unreadable:
        return _strictly(content, "cp1252"), "Windows-1252"


def _strictly(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise Unreadable(_("The characters of the file cannot be read.")) from None
    if "\x00" in text:
        raise Unreadable(_("The characters of the file cannot be read."))
    return text
