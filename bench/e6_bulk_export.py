"""E6: a zip of 2,000 invoices' PDFs by two worker processes: nothing at hand (cold), and all of them (warm).

The sandbox sets no limit of requests; a real store's 140 a minute make 2,000 of its PDFs take 14 minutes, whatever
we do. From the order for it to the finished zip, the start of the workers left out.
"""

import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from bench import exporting, sandboxes
from bench.result import Result

NAME = "E6 export of 2,000 PDFs, 2 worker processes"
TARGET = "complete; warm >= 3x cold"
INVOICES, COMPANIES, PROCESSES = 2_000, 100, 2


def measure() -> Result:
    with sandboxes.running(companies=COMPANIES, invoices=INVOICES) as sandbox, ExitStack() as running:
        actor = exporting.auditor_of(sandbox.api_url)
        workers = [running.enter_context(exporting.worker()) for _ in range(PROCESSES)]
        exporting.wait_for_workers(PROCESSES)
        runs = {source: (_run(actor, source), _run(actor, source)) for source in ("store", "ours")}
        memory = max(exporting.peak_mb(process) for process in workers)
    words = "; ".join(f"{source}: cold {cold}, warm {warm}" for source, (cold, warm) in runs.items())
    holds = all(
        cold.is_whole and warm.is_whole and warm.kept == INVOICES and warm.seconds * 3 <= cold.seconds
        for cold, warm in runs.values()
    )
    return Result(f"{words}; {memory:.0f} MB at most in a worker", holds)


@dataclass(frozen=True)
class Run:
    seconds: float
    files: int
    kept: int

    @property
    def is_whole(self) -> bool:
        return self.files == INVOICES

    def __str__(self) -> str:
        return f"{self.seconds:.0f} s ({self.files / self.seconds:.0f}/s)"


def _run(actor: Any, source: str) -> Run:
    start = time.perf_counter()
    export = exporting.ask(actor, source)
    exporting.wait_until(lambda: exporting.is_ready(export))
    seconds = time.perf_counter() - start
    return Run(seconds, export.archive.files, export.items.filter(was_kept=True).count())
