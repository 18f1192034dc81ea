"""R4: three hundred payments recorded in the pages by four people, while the store spoils what it is asked.

Each person has a browser without JavaScript and a pile of cheques: they follow every redirect, open some of what a
result leads to, try again when they are refused or leave it to the worker, and come back until they have seen each
cheque done. Web server and worker are real processes; the worker is killed with kill -9, the store limits its
requests, and another system uses them up now and then. Times are a tenth of production's. Every cent is then looked
up at the sandbox.

The short version is `tests/desk/test_storm.py`. `SEED=… make bench ONLY=R4` repeats a run: the cheques and what
people choose are the same; who meets which fault is chance.
"""

import os
import secrets

from bench.result import Result

NAME = "R4 storm in the pages"
TARGET = (
    "300 payments: 0 lost, 0 doubled, 0 strange, 0 wrong, 0 off; 0 dead ends (404, 500, ...); "
    ">= 15 % of requests spoilt, >= 5 kills, busy >= 20 times; "
    ">= 10 left to the worker and done"
)


def measure() -> Result:
    from tests.cast import connect_demo_store
    from tests.desk.storm.plan import Plan
    from tests.desk.storm.run import live_through
    from tests.desk.storm.verdict import Verdict
    from tests.sandbox_server import running_sandbox

    plan = Plan(
        seed=int(os.environ.get("SEED", 0)) or secrets.randbelow(10**6),
        payments=300,
        people=4,
        kills=6,
        busy=20,
        quarantine=60,
        minute=6,
        limit=60,
    )
    print(f"  seed {plan.seed}", flush=True)
    with running_sandbox("--companies", "40", "--invoices", "1500") as sandbox:
        store = connect_demo_store(sandbox)
        verdict = Verdict(live_through(plan, sandbox, store))
        return Result(str(verdict), _holds(verdict))


def _holds(verdict) -> bool:
    money = verdict.money
    is_right = not (money.lost or money.doubled or verdict.strange or money.wrong or money.off)
    is_hard = verdict.spoilt >= 0.15 and verdict.storm.kills >= 5 and verdict.storm.busy >= 20
    is_left = verdict.left["applied"] >= 10
    return is_right and not verdict.dead_ends and is_hard and is_left
