"""MT940 and MT942 (SWIFT), read by mt-940.

Each entry is cut out here and read by the library alone: so an unreadable one is refused by its line, and not the
file, and the library's patterns see a few hundred characters at a time.
"""

import datetime as dt
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import mt940
from django.utils.translation import gettext as _
from mt940.options import Options

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

# It logs whole lines of what it cannot read: names and accounts of customers.
logging.getLogger("mt940").setLevel(logging.CRITICAL + 1)
TAG = re.compile(r":(\d{2}[A-Z]?|NS):")
BALANCE = re.compile(r"([CD])(\d{6})([A-Z]{3})([\d,]+)")
# The amount ends where the type of transaction begins: of `C1 000,00` nobody is to read 1.
ENTRY = re.compile(r"\d{6}(?:\d{4}|\s{4})?(R?[CD])[A-Z]?\s?([\d,]+)(?=[NFS][A-Z0-9]{3})")
# What Dutch banks write into :86: instead of subfields: /NAME/Payer/REMI/Text/.
SLASHED = re.compile(r"/(EREF|NAME|IBAN|REMI|BENM|ORDP|MARF|ISDT|CSID|TRTP|BIC|SVCL|CNTP)/")
# Its default moves 30 February to the 28th.
NO_MENDING: dict[str, list[Any]] = {"pre_statement": []}


@dataclass
class _Statement:
    account: str = ""
    currency: str = ""
    opening: Decimal | None = None
    total: Decimal = Decimal(0)
    is_whole: bool = True
    entries: list[Entry] = field(default_factory=list)


def looks_like(text: str) -> bool:
    # A table may hold such a thing within a line: a time.
    return ":20:" in text[:2_000] and "\n:25" in text[:4_000].replace("\r", "\n")


def read(text: str) -> Iterator[Entry | Problem]:
    """The entries of all statements in the file, and what could not be read."""
    statement = _Statement()
    tags = list(_tags(text))
    for index, (number, tag, value) in enumerate(tags):
        try:
            if tag == "20":
                statement = _Statement()
            elif tag.startswith("25"):
                statement.account = account_number(value.split("\n")[0])
            elif tag in ("60F", "60M"):
                statement.currency, statement.opening = _balance(value)
            elif tag == "34F":
                statement.currency = statement.currency or currency_of(value[:3])
            elif tag == "61":
                details = (
                    tags[index + 1][2] if tags[index + 1 : index + 2] and tags[index + 1][1] == "86" else ""
                )
                entry = _entry(number, value, details, statement)
                statement.total += entry.amount
                yield entry
            elif tag in ("62F", "62M"):
                yield from _check_sum(number, value, statement)
        except Unreadable as reason:
            statement.is_whole = False
            yield Problem(number, str(reason))


def _tags(text: str) -> Iterator[tuple[int, str, str]]:
    """Each tag with the number of its line, its name and its text over all its lines."""
    current: tuple[int, str, list[str]] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        match = TAG.match(line)
        if match:
            if current:
                yield current[0], current[1], "\n".join(current[2])
            current = (number, match[1], [line[match.end() :]])
        elif line.strip() in ("-", "-}") or line.startswith("{"):
            continue
        elif current:
            current[2].append(line)
    if current:
        yield current[0], current[1], "\n".join(current[2])


def _balance(value: str) -> tuple[str, Decimal]:
    match = BALANCE.match(value)
    if match is None:
        raise Unreadable(_("This balance cannot be read."))
    amount = Decimal(match[4].replace(",", ".")) if re.fullmatch(r"\d{1,15},?\d*", match[4]) else None
    if amount is None:
        raise Unreadable(_("This balance cannot be read."))
    return match[3], amount if match[1] == "C" else -amount


def _check_sum(number: int, value: str, statement: _Statement) -> Iterator[Problem]:
    _currency, closing = _balance(value)
    adds_up = statement.opening is None or statement.opening + statement.total == closing
    if statement.is_whole and not adds_up:
        yield Problem(number, _("The lines do not add up to this closing balance: a line may be missing."))


def _entry(number: int, value: str, details: str, statement: _Statement) -> Entry:
    if len(value) + len(details) > LONGEST:
        raise Unreadable(_("This line is too long."))
    match = ENTRY.match(value)
    if match is None:
        raise Unreadable(_("This line does not begin as MT940 says: date, sign, amount."))
    if not statement.account:
        raise Unreadable(_("It does not say which account it is of."))
    currency = currency_of(statement.currency)
    amount = amount_of(match[2], currency, point=",")
    mark = match[1]
    data = _read_by_library(value, details, currency)
    if data.get("date") is None or abs(data["amount"].amount) != amount:
        raise Unreadable(_("This line cannot be read as MT940."))
    slashed = _slashed(details)
    reference = (
        slashed.get("EREF") or data.get("end_to_end_reference") or data.get("customer_reference") or ""
    )
    purpose = slashed.get("REMI") or data.get("purpose") or data.get("transaction_details") or ""
    return Entry(
        number=number,
        account=statement.account,
        currency=currency,
        # A reversed credit takes money away, a reversed debit brings it back.
        amount=amount if mark in ("C", "RD") else -amount,
        booked_on=_day(data.get("entry_date") or data["date"]),
        value_on=_day(data["date"]),
        bank_id=one_line(data.get("bank_reference") or ""),
        reference="" if reference in ("NONREF", "NOTPROVIDED") else one_line(reference),
        payer_name=one_line(slashed.get("NAME") or data.get("applicant_name") or ""),
        payer_account=account_number(
            slashed.get("IBAN") or data.get("gvc_applicant_iban") or data.get("applicant_iban") or ""
        ),
        text=one_line(purpose, data.get("additional_purpose") or "", data.get("extra_details") or ""),
        is_reversal=mark.startswith("R"),
    )


def _read_by_library(value: str, details: str, currency: str) -> dict[str, Any]:
    processors = {**mt940.models.Transactions.DEFAULT_PROCESSORS, **NO_MENDING}
    transactions = mt940.models.Transactions(processors=processors, options=Options.all())
    block = f":20:1\n:60F:C000101{currency}0,00\n:61:{value}\n" + (f":86:{details}\n" if details else "")
    try:
        transactions.parse(block)
    except (RuntimeError, ValueError, KeyError, TypeError, ArithmeticError, IndexError) as error:
        raise Unreadable(_("This line cannot be read as MT940.")) from error
    if len(transactions) != 1:
        raise Unreadable(_("This line cannot be read as MT940."))
    data: dict[str, Any] = transactions[0].data
    return data


def _day(date: Any) -> dt.date:
    """The day of the library's own kind of date."""
    return dt.date(date.year, date.month, date.day)


def _slashed(details: str) -> dict[str, str]:
    """The parts of `/NAME/Payer/REMI/Text/`, {} where the bank does not write so."""
    joined = details.replace("\n", "")
    parts = SLASHED.split(joined)
    return {name: text.strip("/ ") for name, text in zip(parts[1::2], parts[2::2], strict=True)}
