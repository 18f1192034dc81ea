"""Comparing two ways of doing a thing on a machine that is busy with other things."""

from collections.abc import Callable
from statistics import median
from time import perf_counter

Work = Callable[[], object]


def times_faster(
    ours: Work, baseline: Work, *, rounds: int = 7, prepare: Callable[[], object] = lambda: None
) -> float:
    """How many times faster `ours` is: the median over rounds that time both, in turns, after one warm-up.

    Each round compares its own two times, so that a slow minute of the machine weighs on both. `prepare` goes
    before each run of either, and is not timed.
    """
    prepared_seconds(ours, prepare)
    prepared_seconds(baseline, prepare)
    return median(
        _one_round(ours, baseline, prepare, ours_first=bool(number % 2)) for number in range(rounds)
    )


def seconds(work: Work) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def prepared_seconds(work: Work, prepare: Work) -> float:
    prepare()
    return seconds(work)


def _one_round(ours: Work, baseline: Work, prepare: Work, *, ours_first: bool) -> float:
    if ours_first:
        own = prepared_seconds(ours, prepare)
        return prepared_seconds(baseline, prepare) / own
    return prepared_seconds(baseline, prepare) / prepared_seconds(ours, prepare)
