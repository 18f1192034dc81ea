"""People record payments in the pages while the store spoils what it is asked, and the worker is killed.

The full storm is `bench/r4_storm.py`; its seed, like this one's, can be lived through again.
"""

import pytest

from tests.desk.storm.plan import Plan
from tests.desk.storm.run import live_through
from tests.desk.storm.verdict import Verdict
from tests.whole import only_whole

SHORT = Plan(seed=5, payments=24, people=4, kills=1, busy=2, quarantine=12, minute=3, limit=60)


@only_whole("receivables/changes/test_exactly_once.py::test_killed_before_the_answer_it_was_sent_once")
@pytest.mark.django_db(transaction=True)
def test_it_works(store, sandbox):
    verdict = Verdict(live_through(SHORT, sandbox, store))
    print(verdict)  # noqa: T201 - with its seed, for whoever reads of a failure
    money = verdict.money
    assert (money.lost, money.doubled, verdict.strange, money.wrong, money.off) == ([], [], [], [], [])
    assert verdict.dead_ends == []
    assert verdict.storm.busy > 0
    assert verdict.left.total() > 0
    assert verdict.storm.kills == 1
