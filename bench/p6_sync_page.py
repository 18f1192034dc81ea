"""P6: pages of 250 invoices of 3 to 12 lines, from the bytes of an answer to committed rows and progress.

It is the sync's own scan into an empty table. Only the network is left out: each page's bytes are read as the
client reads an answer. What decides is the processor time of both processes, ours and the database's, added up
as if they had one core between them: with neighbours, the clock tells more about those.
"""

import json
from collections.abc import Callable
from itertools import pairwise
from statistics import median
from time import perf_counter
from typing import Any

from arportal.b2b.http.paging import Page
from arportal.b2b.http.replies import Reply
from arportal.b2b.http.wire import Answer
from arportal.b2b.records.invoice import Invoice
from bench import invoices
from bench.cpu import Processor
from bench.result import Result
from bench.stores import add_store

NAME = "P6 sync page of 250 invoices of 3 to 12 lines, bytes to committed rows"
TARGET = ">= 6,250 rows/s of one core (10x the API's ceiling)"
LEAST = 6_250
Prepare = Callable[[Any], object]
SIZE, STEP, PAGES = 250, 240, 40
TOTAL = STEP * (PAGES - 1) + SIZE


def measure() -> Result:
    spent, clocks, size = _marks()
    by_core, by_clock = _rows_a_second(spent), _rows_a_second(clocks)
    measured = f"{by_core:,.0f} rows/s of one core ({by_clock:,.0f} by the clock, busy as it was), "
    return Result(f"{measured}{size:,.0f} KiB a page", by_core >= LEAST)


def rate(prepare: Prepare) -> float:
    """Rows a second of one core, into a store that was made ready by `prepare`."""
    spent, _clocks, _size = _marks(prepare)
    return _rows_a_second(spent)


def _marks(prepare: Prepare = lambda _store: None) -> tuple[list[float], list[float], float]:
    """Processor time and clock at the beginning of each page, and the size of a page in KiB."""
    bodies = {offset: _body(offset) for offset in range(0, TOTAL - SIZE + 1, STEP)}
    processor = Processor()
    clocks: list[float] = []
    spent: list[float] = []

    def mark() -> None:
        clocks.append(perf_counter())
        spent.append(processor.spent())

    _scan(bodies, mark=mark, prepare=prepare)
    return spent, clocks, sum(map(len, bodies.values())) / len(bodies) / 1024


def _rows_a_second(marks: list[float]) -> float:
    """By the median page; its ten rows shared with the page before count for nothing."""
    return STEP / median(later - earlier for earlier, later in pairwise(marks))


def _body(offset: int) -> bytes:
    pagination = {"totalCount": TOTAL, "limit": SIZE, "offset": offset}
    page = invoices.page(offset, offset + SIZE, lines=invoices.USUAL)
    return json.dumps({"code": 200, "data": page, "meta": {"message": "", "pagination": pagination}}).encode()


def _scan(bodies: dict[int, bytes], *, mark: Callable[[], None], prepare: Prepare) -> None:
    """`mark` is called when a page's bytes are there: then the page before is committed."""
    from django.utils import timezone

    from arportal.mirror.api.connections import client_for
    from arportal.mirror.models import Invoice as Row
    from arportal.mirror.models import Scan, SyncPass
    from arportal.mirror.sync.full_scan import full_scan
    from arportal.mirror.sync.resources import Invoices

    class ReadyMade(Invoices):
        def page(self, *, offset: int, **_query: object) -> Page[Invoice]:
            mark()
            reply = Reply.read("GET", "/ip/invoices", Answer(200, {}, bodies[offset]))
            return reply.page(Invoice.parse, offset=offset, limit=SIZE)

    store = add_store("p6")
    prepare(store)
    this = SyncPass.objects.create(store=store, kind=SyncPass.Kind.FULL, started_at=timezone.now())
    progress = Scan.objects.create(sync_pass=this, resource="invoices")
    full_scan(store, ReadyMade(client_for(store)), progress, lambda *_: None)
    assert Row.objects.count() == TOTAL
