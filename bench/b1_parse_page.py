"""B1: a page of 250 invoices, from bytes to dataclasses, against `json.loads` of the same bytes.

Both are single-threaded and wait for nothing, so their processor time is compared: on a busy machine the time on the
wall says more about the neighbours.
"""

import gc
import json
from collections.abc import Callable
from statistics import median
from time import process_time

from arportal.b2b.http.paging import Page
from arportal.b2b.http.replies import Reply
from arportal.b2b.http.wire import Answer
from arportal.b2b.records.invoice import Invoice
from bench.result import Result
from tests.b2b import samples

NAME = "B1 parse a page of 250 invoices"
TARGET = "< 3x json.loads"
MOST, ROUNDS, PAGES = 3.0, 25, 10


def measure() -> Result:
    body = _page_of_250()
    _parsed(body)
    gc.collect()
    gc.freeze()  # what else this process holds, Django above all, is not walked through during the rounds
    ratio = median(_seconds(_parsed, body) / _seconds(json.loads, body) for _ in range(ROUNDS))
    gc.unfreeze()
    return Result(f"{ratio:.2f}x json.loads ({len(body) / 1024:.0f} KiB)", ratio < MOST)


def _seconds(work: Callable[[bytes], object], body: bytes) -> float:
    start = process_time()
    for _ in range(PAGES):
        work(body)
    return process_time() - start


def _page_of_250() -> bytes:
    """Invoices of one product each: the fewer lines, the smaller the part that is read only on demand."""
    invoices = [samples.invoice(id=number, invoiceNumber=f"{number:08}") for number in range(1, 251)]
    pagination = {"totalCount": 100_000, "limit": 250, "offset": 0}
    return json.dumps(
        {"code": 200, "data": invoices, "meta": {"message": "", "pagination": pagination}}
    ).encode()


def _parsed(body: bytes) -> Page[Invoice]:
    reply = Reply.read("GET", "/ip/invoices", Answer(200, {}, body))
    return reply.page(Invoice.parse, offset=0, limit=250)
