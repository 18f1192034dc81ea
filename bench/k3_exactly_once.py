"""K3: the fault run of R1 through the REST API, by programs that lose one answer in five.

Each payment is sent with its Idempotency-Key until the program is told what has become of it. Programs are killed
with the server that they talk to, and begin from the start. In the suite one of the clerks of
`tests/receivables/changes/test_exactly_once.py` is such a program. `SEED=… make bench ONLY=K3` repeats a run.
"""

import os
import secrets

from bench.result import Result

NAME = "K3 exactly once by REST"
TARGET = "2,000 payments by Idempotency-Key: 0 lost, 0 doubled, 0 wrong, 0 off; >= 1,000 faults, >= 30 kills"


def measure() -> Result:
    from arportal.stores.models import Membership, Role
    from tests.cast import connect_demo_store
    from tests.receivables.fault_run.plan import Plan
    from tests.receivables.fault_run.run import live_through
    from tests.receivables.fault_run.verdict import Verdict
    from tests.sandbox_server import running_sandbox

    plan = Plan(
        seed=int(os.environ.get("SEED", 0)) or secrets.randbelow(10**6),
        payments=2_000,
        quiet=50,
        naive=200,
        kills=40,
        cuts=10,
        doors=5,
        quarantine=30,
        reads_back=True,
        clerks=4,
        programs=4,
    )
    print(f"  seed {plan.seed}", flush=True)
    with running_sandbox("--companies", "40", "--invoices", "1500") as sandbox:
        connect_demo_store(sandbox)
        clerk = Membership.objects.select_related("store", "user").get(role=Role.CLERK)
        verdict = Verdict(live_through(plan, sandbox, clerk))
        is_right = not (verdict.lost or verdict.doubled or verdict.wrong or verdict.off)
        is_hard = verdict.faults >= 1_000 and verdict.run.kills >= 30
        return Result(str(verdict), is_right and is_hard)
