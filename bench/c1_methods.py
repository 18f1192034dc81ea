"""C1: five payment methods of three hundred companies switched together, and taken back.

At the store's real limit of 150 requests a minute, with faults, by a worker that is killed in the middle. Nothing
is hurried on: a new worker finds out by itself that the one before is dead, and what is unclear waits for its
quarantine, which is four minutes here instead of ten: still longer than any write of this store can be late, and what
meets a fault twice waits twice. The store was read before, as one is that has been connected for a day: credit and
terms of new companies would come out of the same 150.
"""

import time
import uuid
from typing import Any

from bench import exporting
from bench.result import Result

NAME = "C1 five payment methods of 300 companies, with faults, killed once, and undone"
TARGET = "ends as previewed; undone it is as before; progress seen; <= 20 min each way"
COMPANIES = 300
KILL_AT = 120
MOST_SECONDS = 1200
QUARANTINE = 4  # Minutes.
NOT_PACED = 100_000


def measure() -> Result:
    from arportal.stores.models import Store
    from tests.receivables.companies.switching import admin_of, switch_and_undo
    from tests.sandbox_server import running_sandbox

    with running_sandbox("--companies", str(COMPANIES), "--invoices", "1") as sandbox:
        sandbox.control("PUT", "rate-limit", {"requests": NOT_PACED})
        actor = admin_of(sandbox)
        Store.objects.update(quarantine=QUARANTINE)
        _read_everything(actor)
        sandbox.control("PUT", "rate-limit", {"requests": 150})
        time.sleep(60)  # Until what was read no longer counts.
        for kind in ("drop_after", "500", "429_told", "html"):
            sandbox.fault(kind, method="PUT", probability=0.02)
        run = switch_and_undo(
            sandbox,
            actor,
            exporting.worker,
            kill_at=KILL_AT,
            after_kill=lambda batch: None,
            settle=_by_itself,
            patience=2 * MOST_SECONDS,
        )
        requests = sandbox.control("GET", "requests")
    refused = sum(entry["status"] == 429 for entry in requests)
    measured = (
        f"{run.asked} companies; {len(run.wrong)} wrong, {len(run.wrong_back)} wrong after undo; "
        f"killed at {run.done_at_kill}; progress seen {len(run.progress)} times; "
        f"{run.seconds:.0f} s there, {run.seconds_back:.0f} s back; {len(requests)} requests, {refused} of them 429"
    )
    is_right = not run.wrong and not run.wrong_back and len(run.progress) > COMPANIES / 10
    return Result(measured, is_right and max(run.seconds, run.seconds_back) <= MOST_SECONDS)


def _read_everything(actor: Any) -> None:
    """Passes until the credit and terms of every company are here."""
    from arportal.mirror.models import Company, CreditTerms
    from arportal.mirror.sync.sync import sync

    companies = Company.objects.visible_to(actor).count()
    while CreditTerms.objects.visible_to(actor).count() < companies:
        problem = sync(actor.store, full=True).problem
        assert not problem, problem


def _by_itself(batch: uuid.UUID) -> None:
    """The worker looks up what is unclear every minute."""
