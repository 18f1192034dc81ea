"""The parts of a bank file as readers hand them on: booked lines, and lines that could not be read."""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from arportal.b2b import minor_digits
from arportal.receivables.tables.table import Unreadable

# An entry longer than this is no entry: what the libraries' patterns see stays short, whatever is in a file.
LONGEST = 4_000
DIGITS = 15


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One booked line. `amount` is above zero for what came in. `number` is its line in the file, from 1.

    `bank_id` is the bank's own reference; `is_identified` where it is the same in every file that has the line,
    `is_unique` where the format promises that no other line has it.
    """

    number: int
    account: str
    currency: str
    amount: Decimal
    booked_on: dt.date
    value_on: dt.date
    bank_id: str = ""
    is_identified: bool = False
    is_unique: bool = False
    # The payer's own reference, "end to end".
    reference: str = ""
    payer_name: str = ""
    payer_account: str = ""
    text: str = ""
    is_reversal: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that was not taken in, or a sum that does not hold, with the reason in a sentence."""

    number: int
    reason: str


def account_number(text: str) -> str:
    """An IBAN or account number as it is compared: without blanks, in capitals."""
    return "".join(text.split()).upper()[:64]


def one_line(*parts: str) -> str:
    """Texts of a bank, whose lines end wherever the format ends them, as one."""
    return " ".join(" ".join(parts).split())


def amount_of(text: str, currency: str, point: str = ".") -> Decimal:
    """The unsigned amount, exactly as it is written; never guessed. Raises Unreadable."""
    match = re.fullmatch(rf"([0-9]{{1,{DIGITS}}})(?:{re.escape(point)}([0-9]*))?", text.strip())
    if match is None:
        raise Unreadable(_("“%(text)s” is not an amount.") % {"text": text.strip()[:40]})
    decimals = (match[2] or "").rstrip("0")
    if len(decimals) > minor_digits(currency):
        raise Unreadable(
            _("“%(text)s” has more decimals than %(currency)s.")
            % {"text": text.strip()[:40], "currency": currency}
        )
    amount = Decimal(f"{match[1]}.{decimals or 0}")
    if not amount:
        raise Unreadable(_("Its amount is zero."))
    return amount


def currency_of(text: str | None) -> str:
    """Raises Unreadable for what is no currency's code."""
    code = (text or "").strip().upper()
    if not re.fullmatch("[A-Z]{3}", code):
        raise Unreadable(_("It does not say in which currency it is."))
    return code
