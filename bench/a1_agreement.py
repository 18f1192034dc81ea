"""A1: whatever happens at a store between and during passes, the mirror agrees with it once they settle.

Each seed is another story of creates, changes, deletions and payments behind our back; the same as in
`tests/mirror/sync/test_agreement.py`, which lives through a few of them.
"""

import traceback

from bench.result import Result

NAME = "A1 the mirror agrees with the store, row for row"
TARGET = "200 of 200 seeds"
SEEDS = range(200)


def measure() -> Result:
    from tests.cast import connect_demo_store
    from tests.sandbox_server import running_sandbox

    with running_sandbox() as sandbox:
        store = connect_demo_store(sandbox)
        failed = [seed for seed in SEEDS if not _agrees(store, sandbox, seed)]
    listed = f"; not {', '.join(map(str, failed))}" if failed else ""
    return Result(f"{len(SEEDS) - len(failed)} of {len(SEEDS)} seeds{listed}", not failed)


def _agrees(store, sandbox, seed: int) -> bool:
    """Lived through in a transaction that is taken back, so that every seed begins with the same mirror."""
    from django.db import transaction

    from tests.mirror.sync.agreement import differences
    from tests.mirror.sync.lives import live_through

    sandbox.reset()
    try:
        with transaction.atomic():
            live_through(store, sandbox, seed)
            found = str(differences(store, sandbox) or "")
            transaction.set_rollback(True)
    except Exception:  # noqa: BLE001 - a pass that breaks is a seed that failed
        found = traceback.format_exc()
    if found:
        print(f"  seed {seed}: {found}", flush=True)
    return not found
