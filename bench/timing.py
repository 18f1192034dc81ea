"""Comparing two ways of doing a thing on a machine that is busy with other things."""

from collections.abc import Callable
from statistics import median
from time import perf_counter


def times_faster(ours: Callable[[], object], baseline: Callable[[], object], *, rounds: int = 7) -> float:
    """How many times faster `ours` is: the median over rounds that time both, in turns, after one warm-up.

    Each round compares its own two times, so that a slow minute of the machine weighs on both.
    """
    ours()
    baseline()
    return median(_one_round(ours, baseline, ours_first=bool(number % 2)) for number in range(rounds))


def seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def _one_round(ours: Callable[[], object], baseline: Callable[[], object], *, ours_first: bool) -> float:
    if ours_first:
        own = seconds(ours)
        return seconds(baseline) / own
    return seconds(baseline) / seconds(ours)
