"""B1: a page of 250 invoices, from bytes to dataclasses, against `json.loads` of the same bytes."""

import json
from collections.abc import Callable
from functools import partial

from arportal.b2b.invoice import Invoice
from arportal.b2b.paging import Page
from arportal.b2b.replies import Reply
from arportal.b2b.wire import Answer
from bench.result import Result
from bench.timing import times_faster
from tests.b2b import samples

NAME = "B1 parse a page of 250 invoices"
TARGET = "< 3x json.loads"
MOST = 3.0


def measure() -> Result:
    body = _page_of_250()
    ratio = 1 / times_faster(partial(_often, _parsed, body), partial(_often, json.loads, body), rounds=21)
    return Result(f"{ratio:.2f}x json.loads ({len(body) / 1024:.0f} KiB)", ratio < MOST)


def _often(work: Callable[[bytes], object], body: bytes) -> None:
    """Long enough that another process's time slice does not outweigh the work."""
    for _ in range(10):
        work(body)


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
