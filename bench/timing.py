"""Comparing two ways of doing a thing on a machine that is busy with other things."""

from collections.abc import Callable
from statistics import median
from time import perf_counter

Work = Callable[[], object]


def times_faster(
    ours: Work,
    baseline: Work,
    *,
    rounds: int = 7,
    prepare: Callable[[], object] = lambda: None,
    clock: Callable[[], float] = perf_counter,
) -> float:
    """How many times faster `ours` is: the median over rounds that time both, in turns, after one warm-up.

    Each round compares its own two times, so that a slow minute of the machine weighs on both. `prepare` goes
    before each run of either, and is not timed. `clock` may count something else than time gone by, such as
    `cpu.Processor.spent`.
    """

    def timed(work: Work) -> float:
        prepare()
        return seconds(work, clock)

    def one_round(*, ours_first: bool) -> float:
        if ours_first:
            own = timed(ours)
            return timed(baseline) / own
        return timed(baseline) / timed(ours)

    timed(ours), timed(baseline)
    return median(one_round(ours_first=bool(number % 2)) for number in range(rounds))


def seconds(work: Work, clock: Callable[[], float] = perf_counter) -> float:
    start = clock()
    work()
    return clock() - start
