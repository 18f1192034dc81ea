"""Bank lines out of a CSV or XLSX table, by a mapping of its columns that a person makes once for each kind of file.

Nothing of it is guessed: which column is what, in which format days and amounts are, and of which account it is.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from arportal.receivables.bank.entries import (
    Entry,
    Problem,
    account_number,
    currency_of,
    one_line,
)
from arportal.receivables.tables.table import Line, Table, Unreadable, text_of
from arportal.receivables.tables.values import check_cell, read_amount, read_date
from arportal.stores.models import NumberFormat

# What a column may be; the amount is one column with its sign, or one for money in and one for money out.
ROLES = (
    "booked_on", "value_on", "amount", "money_in", "money_out",
    "payer_name", "payer_account", "reference", "text", "bank_id",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class BankMapping:
    """`columns`: role → name of the column. `date_format` as in strptime."""

    account: str
    currency: str
    columns: Mapping[str, str]
    date_format: str
    number_format: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def kind_of(table: Table) -> str:
    """The same for all files with these columns, so that their mapping is found again."""
    return hashlib.sha256("\x1f".join(table.columns).encode()).hexdigest()


def read(table: Table, mapping: BankMapping) -> Iterator[Entry | Problem]:
    places = {
        role: table.columns.index(name) for role, name in mapping.columns.items() if name in table.columns
    }
    for line in table.lines:
        try:
            yield _entry(line, places, mapping)
        except Unreadable as reason:
            yield Problem(line.number, str(reason))


def _entry(line: Line, places: Mapping[str, int], mapping: BankMapping) -> Entry:
    def text(role: str) -> str:
        cell = line.cell(places[role]) if role in places else ""
        check_cell(cell)
        return one_line(text_of(cell))

    booked_on = read_date(line.cell(places["booked_on"]), mapping.date_format)
    has_value_day = "value_on" in places and line.cell(places["value_on"]) != ""
    return Entry(
        number=line.number,
        account=account_number(mapping.account),
        currency=currency_of(mapping.currency),
        amount=_amount(line, places, mapping),
        booked_on=booked_on,
        value_on=read_date(line.cell(places["value_on"]), mapping.date_format)
        if has_value_day
        else booked_on,
        bank_id=text("bank_id"),
        is_identified=bool(text("bank_id")),
        reference=text("reference"),
        payer_name=text("payer_name"),
        payer_account=account_number(text("payer_account")),
        text=text("text"),
    )


def _amount(line: Line, places: Mapping[str, int], mapping: BankMapping) -> Decimal:
    """The amount, above zero for money in. A column of money out may have a minus or none: its name
    says what it is."""

    def read_cell(role: str) -> Decimal:
        cell = line.cell(places[role]) if role in places else ""
        if cell == "" or (isinstance(cell, str) and re.fullmatch(r"[-\u2013]", cell)):
            return Decimal(0)
        return read_amount(cell, NumberFormat(mapping.number_format), mapping.currency)

    if "amount" in places:
        amount = read_cell("amount")
    else:
        money_in, money_out = read_cell("money_in"), read_cell("money_out")
        if money_in and money_out:
            raise Unreadable(_("It has money in and money out."))
        if money_in < 0:
            raise Unreadable(_("Its money in is below zero."))
        amount = money_in - abs(money_out)
    if not amount:
        raise Unreadable(_("It has no amount."))
    return amount
