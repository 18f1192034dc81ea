"""BAI2 (US banks), read by bai2: each record alone, so that an unreadable one is refused by its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bai2.constants import TypeCodeTransaction
from bai2.exceptions import NotSupportedYetException, ParsingException
from bai2.helpers import IteratorHelper
from bai2.parsers import AccountIdentifierParser, GroupHeaderParser, TransactionDetailParser
from django.utils.translation import gettext as _

from arportal.b2b import minor_digits
from arportal.receivables.bank.entries import (
    DIGITS,
    LONGEST,
    Entry,
    Problem,
    account_number,
    currency_of,
    one_line,
)
from arportal.receivables.tables.table import Unreadable

# What it raises where a record has other fields than it looks for.
BROKEN = (ValueError, KeyError, IndexError, TypeError, StopIteration, RuntimeError)
RECORD = re.compile(r"(01|02|03|16|49|88|98|99),")


@dataclass
class _Account:
    """The account whose records are being read; `total` as its trailer counts, without signs."""

    number: str = ""
    currency: str = ""
    total: int = 0
    is_whole: bool = True


def looks_like(text: str) -> bool:
    return text.lstrip().startswith("01,") and "\n02," in text[:2_000].replace("\r", "\n")


def read(text: str) -> Iterator[Entry | Problem]:
    group: Any = None
    account = _Account()
    for number, lines in _records(text):
        code = lines[0][:2]
        try:
            # Forgotten first: the lines below one that cannot be read are not of the day or account before.
            if code == "02":
                group = None
                account = _Account()
                group = _parsed(GroupHeaderParser, lines)
            elif code == "03":
                account = _Account()
                account = _account(lines, group)
            elif code == "16":
                yield _entry(number, lines, group, account)
            elif code == "49":
                control = lines[0].rstrip("/").split(",")[1:2]
                if account.is_whole and control not in ([str(account.total)], [f"+{account.total}"]):
                    words = _("The lines do not add up to this control total: a line may be missing.")
                    yield Problem(number, words)
        except Unreadable as reason:
            account.is_whole = False
            yield Problem(number, str(reason))


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of its first line, and its continuations (88)."""
    first, lines = 0, list[str]()
    for number, line in enumerate((line.strip() for line in text.splitlines()), 1):
        if RECORD.match(line) and not line.startswith("88,"):
            if lines:
                yield first, lines
            first, lines = number, [line]
        elif line.startswith("88,") and lines:
            lines.append(line)
        elif line:
            yield number, [line]
    if lines:
        yield first, lines


def _parsed(parser: Any, lines: list[str]) -> Any:
    if sum(map(len, lines)) > LONGEST:
        raise Unreadable(_("This line is too long."))
    try:
        return parser(IteratorHelper(lines)).parse()
    except (ParsingException, NotSupportedYetException, *BROKEN) as error:
        raise Unreadable(_("This line cannot be read as BAI2.")) from error


def _account(lines: list[str], group: Any) -> _Account:
    record = _parsed(AccountIdentifierParser, lines)
    if not record.customer_account_number:
        raise Unreadable(_("It does not say which account it is of."))
    total = sum(summary.amount or 0 for summary in record.summary_items)
    # Without either the standard says: US dollars.
    currency = currency_of(record.currency or (group.currency if group else "") or "USD")
    return _Account(account_number(record.customer_account_number), currency, total)


def _entry(number: int, lines: list[str], group: Any, account: _Account) -> Entry:
    if group is None or not account.number:
        raise Unreadable(_("It does not say which account it is of."))
    written = ",".join(lines).split(",")[2:3]
    if not written or not re.fullmatch(rf"[0-9]{{1,{DIGITS}}}", written[0]):
        raise Unreadable(_("“%(text)s” is not an amount.") % {"text": (written or [""])[0][:40]})
    record = _parsed(TransactionDetailParser, lines)
    account.total += record.amount
    if record.amount == 0:
        raise Unreadable(_("Its amount is zero."))
    if record.type_code.transaction is None:
        raise Unreadable(
            _("Type %(code)s is neither money in nor money out.") % {"code": record.type_code.code}
        )
    amount = Decimal(record.amount).scaleb(-minor_digits(account.currency))
    # A date in it is the day from which the money can be used.
    value_on = (record.availability or {}).get("date") or group.as_of_date
    return Entry(
        number=number,
        account=account.number,
        currency=account.currency,
        amount=amount if record.type_code.transaction == TypeCodeTransaction.credit else -amount,
        booked_on=group.as_of_date,
        value_on=value_on,
        bank_id=one_line(record.bank_reference or ""),
        reference=one_line(record.customer_reference or ""),
        payer_name=_payer(record.text or ""),
        text=one_line((record.text or "").strip("/ ")),
    )


def _payer(text: str) -> str:
    """The originator that an ACH text names, `ORIG CO NAME:ACME INC`; "" where it does not."""
    match = re.search(r"(?:ORIG(?:INATOR)?(?: CO)? NAME|ORG|ORIG)[:=]\s*([^;:,/\n]{2,60})", text)
    return one_line(re.split(r"\s{2,}|\b[A-Z]{2,}[:=]", match[1])[0]) if match else ""
