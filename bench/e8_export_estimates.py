"""E8: how long an export is said to take, against how long it takes: the store's own PDFs, ours, and kept copies.

Each kind twice, of other invoices: the first is estimated by the usual costs and teaches this machine's. Judged are
the second, and what the page of the first said when its first files were done. The sandbox allows as many requests a
minute as a real store, which is what its own PDFs wait for.
"""

import time
from contextlib import ExitStack
from typing import Any

from bench import exporting, sandboxes
from bench.result import Result

NAME = "E8 estimates of exports, 2 worker processes"
TARGET = (
    "estimate / time taken from 0.5 to 2, once one export was finished, and of the first once 20 files were"
)
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
        pairs = [[_ratios(actor, source, count, half) for half in (0, 1)] for source, count in kinds]
    names = ("store's own", "ours", "kept copies of ours")
    words = [
        f"{name} {second[0]:.2f} (first {first[0]:.2f}, then {first[1]:.2f})"
        for name, (first, second) in zip(names, pairs, strict=True)
    ]
    is_met = all(0.5 <= ratio <= 2 for first, second in pairs for ratio in (first[1], second[0]))
    return Result(", ".join(words), is_met)


def _ratios(actor: Any, source: str, count: int, half: int) -> tuple[float, float]:
    """Of `count` invoices of the first or the second half: what was said before, and after the first files."""
    from django.utils import timezone

    from arportal.documents.exports.estimates import TELLING, estimate
    from arportal.documents.exports.progress import progress_of
    from arportal.documents.models import Export
    from arportal.mirror.models import Invoice

    ids = list(Invoice.objects.order_by("api_id").values_list("api_id", flat=True))[half * OURS :][:count]
    said = estimate(actor.store, Export.Source(source), ids).time.total_seconds()
    start = time.perf_counter()
    export = exporting.ask(actor, source, Invoice.objects.filter(api_id__in=ids))
    exporting.wait_until(lambda: progress_of(export, timezone.now()).settled >= TELLING)
    told, so_far = progress_of(export, timezone.now()), time.perf_counter() - start
    corrected = so_far + (told.remaining.total_seconds() if told.remaining else 0.0)
    exporting.wait_until(lambda: exporting.is_ready(export))
    took = time.perf_counter() - start
    return said / took, corrected / took
