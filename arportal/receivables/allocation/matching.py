"""Which invoices add up to an amount, exactly. Pure arithmetic on whole minor units."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

# All sets of 18 invoices, or all sets of up to three of 120, take about this many: a fraction of a second.
STEPS = 300_000


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
