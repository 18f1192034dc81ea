"""Payments recorded through every fault we can think of, by processes that are killed and cut off: each once.

The full run is `bench/r1_exactly_once.py`; its seed, like this one's, can be lived through again.
"""

import pytest

from tests.receivables.fault_run.plan import Plan
from tests.receivables.fault_run.run import live_through
from tests.receivables.fault_run.verdict import Verdict
from tests.whole import whole_or

SHORT = Plan(
    seed=11,
    payments=whole_or(150, 60),
    quiet=whole_or(10, 3),
    naive=whole_or(60, 20),
    kills=whole_or(6, 2),
    cuts=whole_or(5, 1),
    doors=whole_or(2, 1),
    quarantine=6,
    reads_back=False,
    programs=1,
)


@pytest.mark.django_db(transaction=True)
def test_it_works(clerk, sandbox):
    verdict = Verdict(live_through(SHORT, sandbox, clerk))
    print(verdict)  # noqa: T201 - with its seed, for whoever reads of a failure
    assert (verdict.lost, verdict.doubled, verdict.wrong, verdict.off) == ([], [], [], [])
    assert verdict.quiet_each == 1
    # Of a busy machine some answers come too late: the bench holds 2.0.
    assert verdict.requests_each <= 3
    assert len(verdict.classes) >= 25
    assert verdict.naively_doubled >= 0.1
