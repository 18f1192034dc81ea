"""I1: a file of 50,000 payments judged, as CSV and as XLSX, by a process killed midway; 2,000 of them sent, by
another killed midway; and the same file once more.

At the store's real limit of 150 requests a minute all 50,000 would take most of a day: here it has none. A killed
process is followed at once by another; that a worker notices a dead one by itself is E7's.
"""

import datetime as dt
import io
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

import xlsxwriter

from bench.result import Result
from bench.stores import add_store

NAME = "I1 import of 50,000 payments as CSV and XLSX, killed twice; 2,000 sent; the same file again"
TARGET = "each line judged and sent once; the file again adds 0; >= 500 lines/s judged; <= 600 MB"
LINES, SENT = 50_000, 2_000
COMPANIES, INVOICES = 200, 4_000
FASTEST, MOST_MB = 500, 600
HEAD = ("Invoice number", "Amount", "Value date", "Reference")
STEP = """
import resource, sys, django
django.setup()
from arportal.receivables import tasks
getattr(tasks, sys.argv[1])(import_id=sys.argv[2])
# Of itself, and of the process that read the workbook.
both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
print(max(resource.getrusage(each).ru_maxrss for each in both) // 1024)
"""


def measure() -> Result:
    from tests.sandbox_server import running_sandbox

    size = ("--companies", str(COMPANIES), "--invoices", str(INVOICES), "--rate-limit", "off")
    with running_sandbox(*size) as sandbox:
        actor = _clerk(sandbox.api_url)
        lines = _lines(actor)
        killed = _brought(actor, _csv(lines))
        _killed("check_import", killed, lambda: _again(killed).checked >= LINES // 2)
        by_csv, by_xlsx = _judged(killed), _judged(_brought(actor, _xlsx(lines)))
        problem, sending = _sent(sandbox, actor, _csv(lines[:SENT]))
    rates = [round(LINES / seconds) for seconds, _memory, _ready in (by_csv, by_xlsx)]
    memory = max(by_csv[1], by_xlsx[1], sending[1])
    if any(ready != LINES for *_more, ready in (by_csv, by_xlsx)):
        problem += f"READY {by_csv[2]} and {by_xlsx[2]}; "
    measured = (
        f"{problem or 'nothing lost or doubled, 0 new the second time; '}"
        f"{rates[0]:,} lines/s of CSV, {rates[1]:,} of XLSX judged; {SENT / sending[0]:.0f} payments/s sent; "
        f"{memory} MB at most"
    )
    return Result(measured, not problem and min(rates) >= FASTEST and memory <= MOST_MB)


def _clerk(api_url: str) -> Any:
    from arportal.mirror.sync.sync import sync
    from arportal.stores.models import Membership, Role, User

    store = add_store("importing", api_url)
    done = sync(store, full=True)
    assert not done.problem, done.problem
    user = User.objects.create_user("importer@example.com", name="Importer")
    return Membership.objects.create(user=user, store=store, role=Role.CLERK, all_companies=True)


def _lines(actor: Any) -> list[tuple[str, str, dt.date, str]]:
    """Many payments of each open invoice, each of the smallest amount that leaves something open."""
    from arportal.mirror.models import Invoice

    invoices = Invoice.objects.visible_to(actor).outstanding().filter(open_balance__gte=1_000)
    numbers = list(invoices.order_by("api_id").values_list("number", flat=True))
    day = dt.date(2026, 1, 31)
    return [(numbers[at % len(numbers)], "1", day, f"R {at}") for at in range(LINES)]


def _csv(lines: list[Any]) -> bytes:
    return "\n".join(";".join(map(str, line)) for line in (HEAD, *lines)).encode()


def _xlsx(lines: list[Any]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEAD)
    for at, (number, amount, day, reference) in enumerate(lines, start=1):
        sheet.write_row(at, 0, (number, float(amount), day, reference))
        sheet.write_string(at, 0, number)
    book.close()
    return file.getvalue()


def _brought(actor: Any, content: bytes) -> Any:
    """With its columns, ready to be judged; nobody but this bar works on it."""
    from arportal.receivables.imports import files
    from arportal.receivables.imports.mapping import proposed

    asked = {"of": "payments", "sender": "", "file_name": "payments"}
    new = files.bring(actor, uuid.uuid4(), content=content, **asked)
    mapping = proposed(new.of, files.table_of(new), None).as_json() | {"status": 1, "method": "transfer"}
    files.check(actor, new, type(proposed(new.of, files.table_of(new), None))(**mapping))
    return new


def _judged(brought: Any) -> tuple[float, int, int]:
    """Seconds, megabytes, and lines found ready."""
    begun = time.perf_counter()
    memory = _step("check_import", brought)
    return time.perf_counter() - begun, memory, brought.rows.filter(state="ready").count()


def _sent(sandbox: Any, actor: Any, content: bytes) -> tuple[str, tuple[float, int]]:
    """Problems in words, then seconds and megabytes."""
    from arportal.receivables.changes import changes, state_machine
    from arportal.receivables.changes.clock import database_now
    from arportal.receivables.imports import asking
    from arportal.receivables.models import Change
    from tests.receivables.fault_run.run import everything

    few = _brought(actor, content)
    _judged(few)
    few.refresh_from_db()
    asking.start(actor, few, with_doubtful=False)
    asked = Change.objects.filter(batch=few.pk)
    begun, memory = time.perf_counter(), 0
    _killed("work_on_import", few, lambda: asked.filter(state="applied").count() >= SENT // 2)
    while _again(few).state != "done":
        memory = max(memory, _step("work_on_import", few))
    seconds = time.perf_counter() - begun
    for change in asked.filter(state__in=Change.UNDER_WAY):
        changes.resume(change, database_now() + 2 * state_machine.QUARANTINE)
    ids = {str(change_id) for change_id in asked.filter(state="applied").values_list("pk", flat=True)}
    held = Counter(payment["externalId"] for payment in everything(sandbox, "/ip/payments"))
    again = _brought(actor, content)
    _judged(again)
    wrong = {
        "NOT APPLIED": SENT - len(ids),
        "LOST": sum(held[change_id] == 0 for change_id in ids),
        "DOUBLED": sum(held[change_id] > 1 for change_id in ids),
        "NEW THE SECOND TIME": SENT - again.rows.filter(state="there").count(),
    }
    return "".join(f"{count} {what}; " for what, count in wrong.items() if count), (seconds, memory)


def _command(task: str, of: Any) -> list[str]:
    return [sys.executable, "-c", STEP, task, str(of.pk)]


def _step(task: str, of: Any) -> int:
    done = subprocess.run(_command(task, of), capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1])


def _killed(task: str, of: Any, far_enough: Callable[[], bool]) -> None:
    with subprocess.Popen(_command(task, of)) as process:
        while not far_enough():
            assert process.poll() is None, "It ended before it was to be killed."
            time.sleep(0.05)
        process.kill()


def _again(of: Any) -> Any:
    of.refresh_from_db()
    return of
