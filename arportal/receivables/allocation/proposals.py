"""Proposals for spreading an amount received over a company's open invoices. Nothing here asks the database."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from itertools import islice

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import minor_digits

# All sets of 18 invoices, or all sets of up to three of 120, take about this many: a fraction of a second.
STEPS = 300_000


class Mode(TextChoices):
    OLDEST = "oldest", _lazy("Oldest invoice first")
    DUE = "due", _lazy("Earliest due date first")
    PROPORTIONAL = "proportional", _lazy("In proportion to what is open")
    EXACT = "exact", _lazy("Invoices that match exactly")


@dataclass(frozen=True, slots=True)
class Open:
    """The amount that can still be paid on one invoice."""

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
    is_only: bool
    is_complete: bool


def propose(mode: Mode, amount: Decimal, currency: str, invoices: Sequence[Open]) -> Proposal:
    """`invoices` oldest first. Amounts are in the currency's minor units and never above what is open."""
    step = Decimal(1).scaleb(-minor_digits(currency))
    units = int(amount / step)
    limits = [max(int((each.left / step).to_integral_value(ROUND_DOWN)), 0) for each in invoices]
    match = Match(None, is_only=True, is_complete=True)
    if mode == Mode.EXACT:
        match = matching(limits, units)
        shares = [limit if index in (match.positions or ()) else 0 for index, limit in enumerate(limits)]
    elif mode == Mode.PROPORTIONAL:
        shares = _in_proportion(units, limits)
    elif mode == Mode.DUE:
        # What has no due date comes last, and of equals the oldest first.
        by_due_date = sorted(range(len(limits)), key=lambda index: invoices[index].due_on or dt.date.max)
        shares = _in_order(units, limits, by_due_date)
    else:
        shares = _in_order(units, limits, range(len(limits)))
    amounts = {each.invoice_id: share * step for each, share in zip(invoices, shares, strict=True) if share}
    rest = (units - sum(shares)) * step
    return Proposal(amounts, rest, is_only=match.is_only, is_complete=match.is_complete)


def _in_order(units: int, limits: Sequence[int], order: Iterable[int]) -> list[int]:
    shares = [0] * len(limits)
    for index in order:
        shares[index] = min(limits[index], units)
        units -= shares[index]
    return shares


def _in_proportion(units: int, limits: Sequence[int]) -> list[int]:
    """Shares by largest remainder: the units that rounding down leaves go to those that lost most by it."""
    total = sum(limits)
    if units >= total:
        return list(limits)
    shares = [units * limit // total for limit in limits]
    lost = sorted(range(len(limits)), key=lambda index: -(units * limits[index] % total))
    for index in lost[: units - sum(shares)]:
        shares[index] += 1
    return shares


@dataclass(frozen=True)
class Match:
    """The `positions` of the values that fit, None without any; whether no other fits, and all were tried."""

    positions: tuple[int, ...] | None
    is_only: bool
    is_complete: bool


def matching(values: Sequence[int], target: int, steps: int = STEPS) -> Match:
    """A set of the values (above zero, oldest first) whose sum is exactly the target.

    Sets of few are tried first, and along with them those that leave few out: a cheque that equals one invoice
    pays that one, not some odd nine. Of sets of one size the one with the oldest is taken. About `steps` sets
    are tried, at most.
    """
    positions = [index for index, value in enumerate(values) if 0 < value <= target]
    fitting = [values[index] for index in positions]
    count = len(fitting)
    rest = sum(fitting) - target
    paid = _Search(fitting, steps // 2)
    left_out = _Search(fitting[::-1], steps // 2)
    # Two are enough to know that the first is not the only one.
    sets: list[tuple[int, ...]] = []
    for size in range(count // 2 + 1):
        sets += islice(paid.of_size(target, size), 2 - len(sets))
        if size * 2 != count:
            for newest_first in islice(left_out.of_size(rest, size), 2 - len(sets)):
                without = {count - 1 - index for index in newest_first}
                sets.append(tuple(index for index in range(count) if index not in without))
    chosen = tuple(positions[index] for index in sets[0]) if sets else None
    return Match(chosen, is_only=len(sets) == 1, is_complete=paid.steps >= 0 and left_out.steps >= 0)


class _Search:
    def __init__(self, values: list[int], steps: int) -> None:
        self.values, self.steps = values, steps
        self._positions: dict[int, list[int]] = {}
        for index, value in enumerate(values):
            self._positions.setdefault(value, []).append(index)

    def of_size(self, target: int, size: int, start: int = 0) -> Iterator[tuple[int, ...]]:
        """Sets of that many values from `start` on, those with the first values first, until the steps are up."""
        if size == 0:
            if target == 0:
                yield ()
            return
        if size == 1:
            known = self._positions.get(target, [])
            yield from ((index,) for index in known[bisect_left(known, start) :])
            return
        for index in range(start, len(self.values) - size + 1):
            self.steps -= 1
            if self.steps < 0:
                return
            if self.values[index] < target:
                for more in self.of_size(target - self.values[index], size - 1, index + 1):
                    yield (index, *more)
