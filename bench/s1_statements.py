"""S1: open invoices of 1,000 companies that were given 10 each, as PDFs in one zip, by two worker processes.

What counts is the processor time of both workers and of the database's processes, a statement, from the order to the
finished zip: the machine may be busy with other things. A statement's page at a million invoices is in P9.
"""

import os
import time
import uuid
from contextlib import ExitStack
from pathlib import Path

from bench import exporting
from bench.million import add_invoices, build, clerk_of
from bench.p9_pages import add_companies
from bench.result import Result
from bench.stores import add_store

NAME = "S1 statements of 1,000 companies as PDFs, two processes"
TARGET = "<= 60 ms of one core each, none missing"
COMPANIES, INVOICES_EACH = 1_000, 10
MOST_MS = 60


def measure() -> Result:
    from arportal.documents.models import Export

    store = add_store("s1")
    _fill(store)
    with ExitStack() as running:
        workers = [running.enter_context(exporting.worker()) for _ in range(2)]
        exporting.wait_for_workers(2)
        before, start = _spent(workers), time.perf_counter()
        export = _ask(clerk_of(store))
        exporting.wait_until(lambda: exporting.is_ready(export))
        seconds, spent = time.perf_counter() - start, _spent(workers) - before
    each = 1000 * spent / COMPANIES
    done = Export.objects.get(pk=export.pk).archive.files
    measured = f"{each:.0f} ms of one core each, {done:,} files in {seconds:.0f} s"
    return Result(measured, each <= MOST_MS and done == COMPANIES)


def _fill(store) -> None:
    from arportal.mirror.models import Company, Invoice
    from arportal.receivables.ledger.sums import bring_to_today

    add_companies(store)
    Company.objects.filter(store=store, api_id__gt=COMPANIES).delete()
    companies = list(Company.objects.filter(store=store))
    for company in companies:
        address = {"addressLine1": f"{company.api_id} Mill Lane", "city": "Springfield", "country": "US"}
        company.raw = {"companyId": company.api_id, "companyName": company.name} | address
    Company.objects.bulk_update(companies, ["raw"])
    # Four companies share what one has in the bars about a million.
    add_invoices(store, 1, 4 * COMPANIES * INVOICES_EACH + 1)
    Invoice.objects.filter(store=store, company_id__gt=COMPANIES).delete()
    build(store)
    bring_to_today(store)


def _ask(actor):
    from django.utils import timezone

    from arportal.documents.exports.statements import Question, create_statements
    from arportal.documents.models import Export
    from arportal.receivables.statements.statement import Period

    today = actor.store.today(timezone.now())
    period = Period(today.replace(day=1), today, today)
    question = Question(period, open_items=True)
    return create_statements(actor, uuid.uuid4(), question, Export.Shape.ZIP, "")


def _spent(workers) -> float:
    """Seconds of processor of the workers, and of all of the database's processes that still live."""
    from django.db import connection

    connection.ensure_connection()
    server = _parent(connection.connection.info.backend_pid)
    children = [int(name) for name in os.listdir("/proc") if name.isdigit() and _parent(int(name)) == server]
    return sum(_seconds(pid) for pid in [*(worker.pid for worker in workers), *children])


def _fields(pid: int) -> list[str]:
    """Of /proc/PID/stat, behind the name of the program."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _parent(pid: int) -> int:
    fields = _fields(pid)
    return int(fields[1]) if fields else 0


def _seconds(pid: int) -> float:
    fields = _fields(pid)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0.0
