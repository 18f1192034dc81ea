"""R2: a store that carries payments out after the quarantine, or refuses them and does them all the same.

Payments are doubled then, whatever we do: reconciliation must name every one, and nothing else; a controller repairs
them by its pages' verbs, after which every balance, at the store and in the mirror, is as if each cheque had been
recorded once. The short version is `tests/receivables/reconciliation/test_reconcile_beyond.py`; both live through
the same story.
"""

from bench.result import Result

NAME = "R2 reconciliation, commits later than the quarantine"
TARGET = "100 % of doubles named, none invented; balances equal after the repair"
COUNT, LATE, SEED = 600, 10.0, 23


def measure() -> Result:
    from arportal.receivables.reconciliation.repairing import to_repair
    from arportal.stores.models import Membership, Role
    from tests.cast import connect_demo_store
    from tests.receivables.fault_run.beyond import live_beyond, repair
    from tests.sandbox_server import running_sandbox

    with running_sandbox("--companies", "40", "--invoices", "1200") as sandbox:
        connect_demo_store(sandbox)
        people = Membership.objects.select_related("store", "user")
        clerk, controller = people.get(role=Role.CLERK), people.get(role=Role.CONTROLLER)
        run = live_beyond(sandbox, clerk, controller, seed=SEED, count=COUNT, late=LATE)
        off_before = len(run.off())
        repair(run)
        off, left = run.off(), to_repair(controller).count()
    wrong = len(run.wrong_at_store)
    measured = (
        f"seed {SEED}: {wrong - len(run.missed)} of {wrong} named ({run.doubles} doubles), "
        f"{len(run.invented)} invented; {off_before} balances wrong, {len(off)} after the repair"
    )
    is_right = not (run.missed or run.invented or off or left)
    return Result(measured, is_right and run.doubles >= COUNT / 10)
