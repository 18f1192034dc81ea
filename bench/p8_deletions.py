"""P8: invoices that went away without a trace among a million, found by rank.

No API of a million invoices is at hand, so theirs is a list in memory, oldest first, which answers pages and
single invoices as the API does and counts what it is asked. Our side is the real one: a million rows, the
search and the writer of the sync.
"""

import json
import random
from bisect import bisect_left
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from bench.result import Result
from bench.stores import add_store
from bench.timing import seconds

NAME = "P8 deletions among 1,000,000 invoices"
TARGET = "exactly those, <= 14 requests each"
MILLION = 1_000_000
# How many go away at once → how often that is tried.
DRAWS = {1: 8, 3: 4, 10: 2}
REQUESTS_EACH = 14
FIRST_ISSUED, TOGETHER = 1_700_000_000, 3  # three invoices a second: time alone does not rank them


def measure() -> Result:
    store = add_store("p8")
    building = _build(store)
    dice = random.Random(8)  # noqa: S311 - chooses which go away
    draws = [dice.sample(range(MILLION), count) for count, times in DRAWS.items() for _ in range(times)]
    searches = [_search(store, set(draw)) for draw in draws]
    measured = f"{_told(searches)}; {_counting(store)}; built in {building:.0f} s"
    return Result(measured, all(search.holds() for search in searches))


@dataclass(frozen=True)
class Search:
    deleted: int
    found_exactly: bool
    requests: int
    seconds: float

    def holds(self) -> bool:
        return self.found_exactly and self.requests <= REQUESTS_EACH * self.deleted


def _told(searches: list[Search]) -> str:
    """At most, of every number of deletions: what it cost, and how many searches went wrong."""
    parts = []
    for count in DRAWS:
        these = [search for search in searches if search.deleted == count]
        wrong = sum(not search.found_exactly for search in these)
        parts.append(
            f"{count}: {max(each.requests for each in these)} requests, "
            f"{max(each.seconds for each in these):.1f} s{f', {wrong} WRONG' if wrong else ''}"
        )
    return "; ".join(parts)


class Theirs:
    """The API's list of invoices without the deleted ones."""

    def __init__(self, deleted: set[int]) -> None:
        self.numbers = [number for number in range(MILLION) if number not in deleted]
        self.requests = 0

    def page(self, *, offset: int, limit: int, **_: Any) -> Any:
        from arportal.b2b.http.paging import Page
        from arportal.b2b.records.invoice import Invoice

        self.requests += 1
        items = tuple(Invoice.parse(_raw(number)) for number in self.numbers[offset : offset + limit])
        return Page(items, total=len(self.numbers), offset=offset, limit=limit)

    def read(self, row: Any) -> Any:
        from arportal.b2b.errors import NotFound
        from arportal.b2b.records.invoice import Invoice

        self.requests += 1
        place = bisect_left(self.numbers, row.api_id)
        if self.numbers[place : place + 1] != [row.api_id]:
            raise NotFound("There is no such invoice")
        return Invoice.parse(_raw(row.api_id))


def _raw(number: int) -> dict[str, Any]:
    """As few fields as an invoice can have; `_build` writes the same for all of them."""
    issued = FIRST_ISSUED + number // TOGETHER
    return {"id": number, "createdAt": issued, "updatedAt": issued, **_SAME_FOR_ALL}


_BALANCE = {"code": "USD", "value": "75.5"}
_SAME_FOR_ALL = {
    "customerId": 1,
    "invoiceNumber": "A",
    "status": 0,
    "source": 1,
    "originalBalance": _BALANCE,
    "openBalance": _BALANCE,
}


def _build(store: Any) -> float:
    """One invoice through the writer, then the others as its copies, each with its own id and times."""
    from django.db import connection

    from arportal.b2b.records.invoice import Invoice
    from arportal.mirror import store as rows

    start = perf_counter()
    rows.save_invoices(store, [Invoice.parse(_raw(0))])
    with connection.cursor() as cursor:
        # As `mirror/raw.py` spells so short a record: a page of them is nothing new.
        same = json.dumps(_SAME_FOR_ALL, separators=(",", ":")).removeprefix("{")
        cursor.execute(_COPIES.format(columns=_same_columns()), [same])
        cursor.execute("VACUUM ANALYZE mirror_invoice")
    return perf_counter() - start


_COPIES = f"""
INSERT INTO mirror_invoice (api_id, issued_at, issued_on, updated_at, raw, {{columns}})
SELECT nth, to_timestamp(issued), mirror_day(to_timestamp(issued), 'UTC'), to_timestamp(issued),
    convert_to(format('{{{{"id":%%s,"createdAt":%%s,"updatedAt":%%s,', nth, issued, issued) || %s, 'UTF8'),
    {{columns}}
FROM mirror_invoice, generate_series(1, {MILLION - 1}) AS nth,
    LATERAL (SELECT {FIRST_ISSUED} + nth / {TOGETHER} AS issued) AS at
"""  # noqa: S608 - nothing but numbers of ours


def _same_columns() -> str:
    from arportal.mirror.models import Invoice

    own = {"id", "api_id", "issued_at", "issued_on", "updated_at", "raw"}
    own |= {field.column for field in Invoice._meta.concrete_fields if field.generated}
    return ", ".join(field.column for field in Invoice._meta.concrete_fields if field.column not in own)


def _search(store: Any, deleted: set[int]) -> Search:
    from django.db import transaction

    from arportal.mirror.models import Invoice
    from arportal.mirror.sync.find_missing import find_missing
    from arportal.mirror.sync.pages import Tally

    theirs = Theirs(deleted)
    with transaction.atomic():
        start = perf_counter()
        tally = find_missing(store, _resource(store, theirs), total=len(theirs.numbers))
        took = perf_counter() - start
        gone = set(Invoice.objects.exclude(gone_at=None).values_list("api_id", flat=True))
        transaction.set_rollback(True)
    is_exact = gone == deleted and tally == Tally(changed=0, gone=len(deleted))
    return Search(len(deleted), is_exact, theirs.requests, took)


def _resource(store: Any, theirs: Theirs) -> Any:
    from arportal.mirror.api.connections import client_for
    from arportal.mirror.sync.resources import Invoices

    class InMemory(Invoices):
        page = staticmethod(theirs.page)
        read = staticmethod(theirs.read)

    return InMemory(client_for(store))


def _counting(store: Any) -> str:
    """What a search counts first (everything) and, of all that it counts, last (a page), and how."""
    from arportal.b2b.records.invoice import Invoice
    from arportal.mirror.sync.pages import stretch

    resource = _resource(store, Theirs(set()))
    middle, beyond = (resource.key(Invoice.parse(_raw(MILLION // 2 + more))) for more in (0, 250))
    whole, page = (
        stretch(resource.ours(store), resource, *ends) for ends in ((None, None), (middle, beyond))
    )
    return f"counting all {_counted(whole)}, a page {_counted(page)}"


def _counted(rows: Any) -> str:
    from django.db import connection

    milliseconds = min(seconds(rows.count) for _ in range(5)) * 1000
    query, parameters = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN SELECT count(*) FROM ({query}) AS counted", parameters)  # noqa: S608 - Django's
        plan = " ".join(line for (line,) in cursor.fetchall())
    return f"{milliseconds:.0f} ms {'by' if 'invoice_by_issue' in plan else 'without'} the index"
