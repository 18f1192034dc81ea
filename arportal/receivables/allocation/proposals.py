"""How an amount received could be spread over a company's open invoices. Nothing here asks the database."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import minor_digits
from arportal.receivables.allocation.matching import matching


class Mode(TextChoices):
    OLDEST = "oldest", _lazy("Oldest invoice first")
    DUE = "due", _lazy("Earliest due date first")
    PROPORTIONAL = "proportional", _lazy("In proportion to what is open")
    EXACT = "exact", _lazy("Invoices that match exactly")


@dataclass(frozen=True, slots=True)
class Open:
    """What can still be paid on one invoice."""

    invoice_id: int
    left: Decimal
    due_on: dt.date | None = None


@dataclass(frozen=True)
class Proposal:
    """Invoice id → amount above zero, for the invoices that get any. `rest` found no invoice to go to.

    For Mode.EXACT, `is_only` is False when other sets of invoices add up to the same, and `is_complete` is
    False when there were too many sets to try them all.
    """

    amounts: dict[int, Decimal]
    rest: Decimal
    is_only: bool = True
    is_complete: bool = True


def propose(mode: Mode, amount: Decimal, currency: str, invoices: Sequence[Open]) -> Proposal:
    """`invoices` oldest first. Amounts are in the currency's minor units and never above what is open."""
    step = Decimal(1).scaleb(-minor_digits(currency))
    lefts = [max(int((each.left / step).to_integral_value(ROUND_DOWN)), 0) for each in invoices]
    units = int(amount / step)
    if mode == Mode.EXACT:
        match = matching(lefts, units)
        shares = [left if index in (match.found or ()) else 0 for index, left in enumerate(lefts)]
        return _proposal(step, units, invoices, shares, is_only=match.is_only, is_complete=match.is_complete)
    return _proposal(step, units, invoices, _SPREADS[mode](units, lefts, invoices))


def _in_order(units: int, lefts: Sequence[int], order: Iterable[int]) -> list[int]:
    shares = [0] * len(lefts)
    for index in order:
        shares[index] = min(lefts[index], units)
        units -= shares[index]
    return shares


def _oldest(units: int, lefts: Sequence[int], invoices: Sequence[Open]) -> list[int]:
    return _in_order(units, lefts, range(len(lefts)))


def _by_due_date(units: int, lefts: Sequence[int], invoices: Sequence[Open]) -> list[int]:
    """What is due first; what has no due date comes last, and of equals the oldest first."""
    return _in_order(units, lefts, sorted(range(len(lefts)), key=lambda i: invoices[i].due_on or dt.date.max))


def _proportionally(units: int, lefts: Sequence[int], invoices: Sequence[Open]) -> list[int]:
    """By largest remainder: what rounding down leaves goes, a unit each, to the shares that lost most by it."""
    total = sum(lefts)
    if units >= total:
        return list(lefts)
    shares = [units * left // total for left in lefts]
    lost = sorted(range(len(lefts)), key=lambda i: -(units * lefts[i] % total))
    for index in lost[: units - sum(shares)]:
        shares[index] += 1
    return shares


_SPREADS: dict[Mode, Callable[[int, Sequence[int], Sequence[Open]], list[int]]] = {
    Mode.OLDEST: _oldest,
    Mode.DUE: _by_due_date,
    Mode.PROPORTIONAL: _proportionally,
}


def _proposal(
    step: Decimal, units: int, invoices: Sequence[Open], shares: Sequence[int], **said: bool
) -> Proposal:
    amounts = {each.invoice_id: share * step for each, share in zip(invoices, shares, strict=True) if share}
    return Proposal(amounts, rest=(units - sum(shares)) * step, **said)
