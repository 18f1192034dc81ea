"""Commits later than the quarantine: the reconciliation names every double, and its repair is right.

The full run is `bench/r2_reconciliation.py`.
"""

from arportal.receivables.reconciliation.repairing import to_repair
from tests.receivables.fault_run.beyond import live_beyond, repair
from tests.whole import only_whole


@only_whole("receivables/reconciliation/test_reconcile.py::test_a_double")
def test_it_works(clerk, controller, sandbox):
    run = live_beyond(sandbox, clerk, controller, seed=36, count=10, late=3)
    assert run.doubles >= 3
    assert (run.missed, run.invented) == (set(), set())
    assert run.off() != []
    repair(run)
    assert run.off() == []
    assert not to_repair(controller)
