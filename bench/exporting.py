"""What both bars of exports need: a store full of invoices, worker processes, and waiting for what they do."""

import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bench.stores import add_store

# One for all queues; its environment is this bar's own.
WORKER = [sys.executable, "manage.py", "procrastinate", "worker", "--concurrency", "4"]
MOST_SECONDS = 1800


def auditor_of(api_url: str) -> Any:
    """Who sees every invoice of a store that was just loaded from this API."""
    from arportal.mirror.sync.sync import sync
    from arportal.stores.models import Membership, Role, User

    store = add_store("exporting", api_url)
    done = sync(store, full=True)
    assert not done.problem, done.problem
    user = User.objects.create_user("auditor@example.com", name="Auditor")
    return Membership.objects.create(user=user, store=store, role=Role.VIEWER, all_companies=True)


def ask(actor: Any, source: str = "store", invoices: Any = None) -> Any:
    """A zip of these invoices or all of the store's, not begun while no worker runs."""
    from arportal.documents.exports.create import create_export
    from arportal.documents.models import Export
    from arportal.mirror.models import Invoice

    if invoices is None:
        invoices = Invoice.objects.order_by("api_id")
    return create_export(actor, uuid.uuid4(), invoices, source=Export.Source(source), shape=Export.Shape.ZIP)


@contextmanager
def worker() -> Iterator[subprocess.Popen]:
    with subprocess.Popen(WORKER, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for_workers(count: int) -> None:
    from django.db import connection

    def are_there() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_workers")
            return cursor.fetchone()[0] == count

    wait_until(are_there)


def wait_until(happened: Callable[[], bool]) -> float:
    """Seconds it took."""
    start = time.perf_counter()
    while not happened():
        if time.perf_counter() - start > MOST_SECONDS:
            raise TimeoutError
        time.sleep(0.05)
    return time.perf_counter() - start


def is_ready(export: Any) -> bool:
    export.refresh_from_db(fields=["state"])
    return export.state == export.State.READY


def peak_mb(process: subprocess.Popen) -> float:
    """The most memory that the process has had."""
    with open(f"/proc/{process.pid}/status") as status:
        line = next(line for line in status if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024
