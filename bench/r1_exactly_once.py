"""R1: ten thousand payments through a storm of faults, by processes that are killed and cut off from the database.

Clerks record through the product's own verb, workers confirm; all are real processes, and the sandbox decides by
the run's seed what each request meets. All times are shrunk by the same factor (the quarantine from 600 s to 30 s,
and with it timeouts, late writes, lagging searches and the worker's rounds). Every cent is then looked up at the
sandbox and in the mirror. A worker that plainly sends again lives through the same storm beside them.

The short version is `tests/receivables/changes/test_exactly_once.py`. `SEED=… make bench ONLY=R1` repeats a
run: each payment meets the same faults; kills and cuts come at the same stages, but what they interrupt is
chance.
"""

import os
import secrets

from bench.result import Result

NAME = "R1 exactly once"
TARGET = (
    "0 lost, 0 doubled, 0 wrong, 0 off; >= 5,000 faults of >= 25 classes, >= 90 kills, >= 20 cuts; "
    "<= 2.0 requests each, 1.00 without faults; naive doubles >= 10 %"
)


def measure() -> Result:
    from arportal.stores.models import Membership, Role
    from tests.cast import connect_demo_store
    from tests.receivables.fault_run.run import live_through
    from tests.receivables.fault_run.verdict import Verdict
    from tests.sandbox_server import running_sandbox

    plan = _plan(int(os.environ.get("SEED", 0)) or secrets.randbelow(10**6))
    print(f"  seed {plan.seed}", flush=True)
    with running_sandbox("--companies", "40", "--invoices", "1500") as sandbox:
        connect_demo_store(sandbox)
        clerk = Membership.objects.select_related("store", "user").get(role=Role.CLERK)
        verdict = Verdict(live_through(plan, sandbox, clerk))
        return Result(str(verdict), _holds(verdict))


def _plan(seed: int):
    from tests.receivables.fault_run.plan import Plan

    return Plan(
        **{"seed": seed, "payments": 10_000, "quiet": 500, "naive": 1000},
        **{"kills": 100, "cuts": 25, "doors": 20, "quarantine": 30, "reads_back": True, "clerks": 6},
    )


def _holds(verdict) -> bool:
    run = verdict.run
    is_right = not (verdict.lost or verdict.doubled or verdict.wrong or verdict.off)
    is_sparing = verdict.requests_each <= 2 and verdict.quiet_each == 1
    is_hard = verdict.faults >= 5000 and len(verdict.classes) >= 25 and run.kills >= 90 and run.cuts >= 20
    return is_right and is_sparing and is_hard and verdict.naively_doubled >= 0.1
