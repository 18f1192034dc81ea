"""E5: the invoice list as CSV and as XLSX, a million rows of nine columns: rows a second, and what memory it takes.

From the database through the list's own code to the last byte, as a download does but for the network.
"""

import resource
from itertools import count
from time import process_time

from bench.million import MILLION, add_invoices, clerk_of, request_of
from bench.result import Result
from bench.stores import add_store

NAME = "E5 export of 1,000,000 invoices as CSV and XLSX"
TARGET = "memory grows by < 32 MiB from 10,000 to 1,000,000 rows, all rows there"
FEW, LIMIT = 10_000, 32


def measure() -> Result:
    store = add_store("e5")
    add_invoices(store, 1, MILLION + 1)
    actor = clerk_of(store)
    found, ok = [], True
    for kind, export in (("CSV", _csv), ("XLSX", _xlsx)):
        export(actor, f"original_to={100 + FEW * 100_000 // MILLION - 1}")
        before = _peak()
        start = process_time()
        rows, size = export(actor, "")
        seconds, grown = process_time() - start, _peak() - before
        ok &= rows == MILLION and grown < LIMIT
        found.append(
            f"{kind} {rows / seconds:,.0f} rows/s of one core, {size / 2**20:,.0f} MiB, +{grown:.0f} MiB"
        )
    return Result(f"{'; '.join(found)} (peak {_peak():,.0f} MiB with all of Django)", ok)


def _peak() -> float:
    """MiB that this process has had at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _sheet(actor, query: str):
    from arportal.desk.invoices.list import INVOICES
    from arportal.desk.lists.downloads import Sheet
    from arportal.desk.lists.list_page import list_page

    return Sheet(list_page(INVOICES, request_of(actor, query)))


def _csv(actor, query: str) -> tuple[int, int]:
    from arportal.documents.tables import csv_pieces

    sheet, counter = _sheet(actor, query), count()
    rows = (row for row in sheet.rows() if next(counter) >= 0)
    size = sum(len(piece) for piece in csv_pieces(sheet.headers, rows))
    return next(counter), size


def _xlsx(actor, query: str) -> tuple[int, int]:
    from arportal.documents.tables import workbook

    sheet, counter = _sheet(actor, query), count()
    rows = (row for row in sheet.rows() if next(counter) >= 0)
    with workbook("Invoices", sheet.headers, rows) as file:
        return next(counter), file.seek(0, 2)
