"""L1: the first load of a big store, from nothing, with the sandbox's rate limit off and no pacing of ours.

The sandbox answers one request at a time and takes longer for a page than we do, so beside the clock we say how
much of the processor the load itself took. The same rows then tell what a million invoices need on disk.
"""

import re
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import fmean

from bench import sandboxes
from bench.result import Result
from bench.stores import add_store

NAME = "L1 first load of 100,000 invoices"
TARGET = "every row; < 300 MB in the loading process"
INVOICES, COMPANIES, MOST_MB = 100_000, 200, 300
LINES, MILLION = 12, 1_000_000


def measure() -> Result:
    with tempfile.TemporaryDirectory() as directory:
        database = str(Path(directory) / "sandbox.sqlite")
        with sandboxes.running(companies=COMPANIES, invoices=INVOICES, database=database) as sandbox:
            store = add_store("l1", sandbox.api_url)
            load = _in_its_own_process(store.pk)
            asked = len(sandbox.log())
    rows = _rows()
    measured = (
        f"{rows / load.seconds:,.0f} rows/s ({rows:,} rows in {asked:,} requests), {load}; {_on_disk()}"
    )
    return Result(measured, load.is_complete and load.peak_mb < MOST_MB)


@dataclass(frozen=True)
class Load:
    """`busy`: seconds of processor of the loading process; the database's are not in it."""

    seconds: float
    busy: float
    peak_mb: float
    is_complete: bool

    def __str__(self) -> str:
        return f"{self.seconds:,.0f} s of which {self.busy:,.0f} s busy, {self.peak_mb:.0f} MB at most"


def _in_its_own_process(store_id: int) -> Load:
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_load, store_id).result()


def _load(store_id: int) -> Load:
    import django

    django.setup()
    from arportal.mirror.models import Invoice
    from arportal.mirror.sync.sync import sync
    from arportal.stores.models import Store

    start, busy = time.perf_counter(), time.process_time()
    done = sync(Store.objects.get(pk=store_id), full=True)
    return Load(
        seconds=time.perf_counter() - start,
        busy=time.process_time() - busy,
        peak_mb=_peak_mb(),
        is_complete=not done.problem and Invoice.objects.filter(gone_at=None).count() == INVOICES,
    )


def _peak_mb() -> float:
    """Of this process alone; ru_maxrss would begin with what the process that started it used."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024


def _rows() -> int:
    from arportal.mirror import models

    loaded = (models.Company, models.Buyer, models.Invoice, models.Order, models.Payment)
    return sum(model.objects.count() for model in (*loaded, models.Receipt, models.ReceiptLine))


def _on_disk() -> str:
    """Bytes of an invoice with its part of every index; what another number of lines adds follows from `raw`."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size('mirror_invoice') / count(*) FROM mirror_invoice")
        each = cursor.fetchone()[0]
    lines, records = zip(*_lines_and_bytes(), strict=True)
    of_many = fmean(size for count, size in zip(lines, records, strict=True) if count == LINES)
    size = each + of_many - fmean(records)
    return (
        f"on disk {each:,} bytes an invoice of {fmean(lines):.1f} lines, {size:,.0f} of {LINES}: "
        f"{size * MILLION / 1e9:.1f} GB a million"
    )


def _lines_and_bytes() -> Iterator[tuple[int, int]]:
    from django.db.models import F, Func, IntegerField

    from arportal.mirror.models import Invoice

    size = Func(F("raw"), function="pg_column_size", output_field=IntegerField())
    for raw, stored in Invoice.objects.values_list("raw", size).iterator():
        yield len(raw["details"]["details"]["lineItems"]), stored
