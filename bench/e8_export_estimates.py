"""E8: how long an export is said to take, against how long it takes: the store's own PDFs, ours, and kept copies.

Each kind twice, of other invoices: the first is estimated by the usual costs and teaches this machine's, the
second is judged. The sandbox allows as many requests a minute as a real store, which is what its own PDFs wait for.
"""

import time
from contextlib import ExitStack
from typing import Any

from bench import exporting, sandboxes
from bench.result import Result

NAME = "E8 estimates of exports, 2 worker processes"
TARGET = "estimate / time taken from 0.5 to 2, once one export was finished"
OWN, OURS = 150, 400
PROCESSES, ALLOWED = 2, 150


def measure() -> Result:
    with (
        sandboxes.running(companies=50, invoices=2 * OURS, rate_limit=str(ALLOWED)) as sandbox,
        ExitStack() as running,
    ):
        actor = exporting.auditor_of(sandbox.api_url)
        for _number in range(PROCESSES):
            running.enter_context(exporting.worker())
        exporting.wait_for_workers(PROCESSES)
        kinds = (("store", OWN), ("ours", OURS), ("ours", OURS))
        pairs = [[_ratio(actor, source, count, half) for half in (0, 1)] for source, count in kinds]
    names = ("store's own", "ours", "kept copies of ours")
    words = [
        f"{name} {judged:.2f} (first {first:.2f})" for name, (first, judged) in zip(names, pairs, strict=True)
    ]
    return Result(", ".join(words), all(0.5 <= judged <= 2 for _first, judged in pairs))


def _ratio(actor: Any, source: str, count: int, half: int) -> float:
    """Of `count` invoices of the first or the second half."""
    from arportal.documents.exports.estimates import about
    from arportal.documents.models import Export
    from arportal.mirror.models import Invoice

    ids = list(Invoice.objects.order_by("api_id").values_list("api_id", flat=True))[half * OURS :][:count]
    said = about(actor.store, Export.Source(source), ids).total_seconds()
    start = time.perf_counter()
    export = exporting.ask(actor, source, Invoice.objects.filter(api_id__in=ids))
    exporting.wait_until(lambda: exporting.is_ready(export))
    return said / (time.perf_counter() - start)
