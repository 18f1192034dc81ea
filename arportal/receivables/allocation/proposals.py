"""Proposals for spreading an amount received over a company's open invoices. Nothing here asks the database."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
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


@dataclass(frozen=True)
class Match:
    """`found` are positions, `is_only` says that no other set fits; `is_complete` that every set was tried."""

    found: tuple[int, ...] | None
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
    paid, left_out = _Search(fitting, steps // 2), _Search(fitting[::-1], steps // 2)
    sets = list(islice(_by_size(paid, left_out, target), 2))
    found = tuple(positions[index] for index in sets[0]) if sets else None
    return Match(found, is_only=len(sets) == 1, is_complete=paid.steps >= 0 and left_out.steps >= 0)


def _by_size(paid: "_Search", left_out: "_Search", target: int) -> Iterator[tuple[int, ...]]:
    count, rest = len(paid.values), sum(paid.values) - target
    for size in range(count // 2 + 1):
        yield from paid.of_size(target, size)
        if size * 2 != count:
            for newest_first in left_out.of_size(rest, size):
                without = {count - 1 - index for index in newest_first}
                yield tuple(index for index in range(count) if index not in without)


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
