"""OFX and QFX, versions 1 (SGML) and 2 (XML), read by the tree builder of ofxtools.

Its schemas are not asked: they refuse what real banks send (`Credit` for `CREDIT`, charsets without their full name).
Each transaction is cut out here and parsed alone: its pattern looks through all that is left for the end of a CDATA
section, which in a whole file can be made to take hours.
"""

import html
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from arportal.receivables.bank.entries import (
    LONGEST,
    Entry,
    Problem,
    account_number,
    amount_of,
    currency_of,
    one_line,
)
from arportal.receivables.tables.table import Unreadable
from arportal.receivables.tables.values import read_date

MARK = re.compile(r"<(/?(?:STMTRS|CCSTMTRS|STMTTRN|CURDEF|ACCTID))>([^<\r\n]{0,80})")


def looks_like(text: str) -> bool:
    return "<OFX>" in text[:4_000] and (
        "OFXHEADER" in text[:400] or text.lstrip().startswith(("<?", "<OFX>"))
    )


def read(text: str) -> Iterator[Entry | Problem]:
    account = currency = ""
    # The line and the place at which the transaction begins that is being read.
    begun: tuple[int, int] | None = None
    number, counted = 1, 0
    for match in MARK.finditer(text):
        name, value = match[1], match[2].strip()
        number += text.count("\n", counted, match.start())
        counted = match.start()
        if begun is not None and name in ("STMTTRN", "/STMTTRN", "/STMTRS", "/CCSTMTRS"):
            line, begin = begun
            begun = None
            try:
                yield _entry(line, text[begin : match.start()], account, currency)
            except Unreadable as reason:
                yield Problem(line, str(reason))
        if name in ("STMTRS", "CCSTMTRS"):
            account = currency = ""
        elif name == "STMTTRN":
            begun = (number, match.end(1) + 1)
        elif name == "CURDEF":
            currency = value
        elif name == "ACCTID" and begun is None:
            account = account_number(value)
    if begun is not None:
        yield Problem(begun[0], _("The file ends within this line."))


def _entry(number: int, chunk: str, account: str, currency: str) -> Entry:
    fields = _fields(chunk)
    if not account:
        raise Unreadable(_("It does not say which account it is of."))
    code = currency_of(fields.get("CURSYM") if "CURRENCY" in fields else currency)
    written = fields.get("TRNAMT", "").strip()
    sign, unsigned = (-1, written[1:]) if written.startswith("-") else (1, written.removeprefix("+"))
    # The standard leaves the point to the bank: a comma is one, too.
    amount = amount_of(unsigned.replace(",", ".") if "." not in unsigned else unsigned, code)
    # The day as the bank writes it: turned into another zone it may be another day.
    booked_on = read_date(fields.get("DTPOSTED", "")[:8], "%Y%m%d")
    available = fields.get("DTAVAIL", "")[:8]
    return Entry(
        number=number,
        account=account,
        currency=code,
        amount=sign * amount,
        booked_on=booked_on,
        value_on=read_date(available, "%Y%m%d") if available else booked_on,
        bank_id=one_line(fields.get("FITID", "")),
        is_identified=bool(fields.get("FITID", "").strip()),
        is_unique=bool(fields.get("FITID", "").strip()),
        reference=one_line(fields.get("REFNUM", "") or fields.get("CHECKNUM", "")),
        payer_name=one_line(fields.get("NAME", "")),
        payer_account=account_number(fields.get("ACCTID", "")),
        text=one_line(fields.get("MEMO", "")),
        is_reversal="CORRECTFITID" in fields,
    )


def _fields(chunk: str) -> dict[str, str]:
    """The values of a transaction by tag, the first of each."""
    if len(chunk) > LONGEST or chunk.count("<") > 100:
        raise Unreadable(_("This line is too long."))
    # Here, for it loads the schemas of all of OFX: seconds, which only who reads such a file has to wait.
    from ofxtools.Parser import TreeBuilder

    builder: Any = TreeBuilder()
    try:
        builder.feed(f"<STMTTRN>{chunk}</STMTTRN>")
        root = builder.close()
    # Its own ParseError and that of the builder below it are both this; the other is of a tag that closes too much.
    except (SyntaxError, IndexError) as error:
        raise Unreadable(_("This line cannot be read as OFX.")) from error
    fields: dict[str, str] = {}
    for element in root.iter():
        fields.setdefault(element.tag, html.unescape(element.text or ""))
    return fields
