"""L2: what the minute's pass costs in ten minutes in which the store stays as it was, and when an invoice and a
payment have changed; and how long a change of these made behind our back can stay unseen: until the next minute's
pass begins, and while it runs. A minute passes by moving the times that are written down a minute back.

The store's budget is the real one, 150 requests in 60 seconds less the reserve, so a pass takes what it would.
"""

import datetime as dt
import time
from dataclasses import dataclass
from typing import Any

from bench import sandboxes
from bench.result import Result
from bench.sandboxes import Sandbox
from bench.stores import add_store

NAME = "L2 incremental pass, 150 requests a minute"
TARGET = "quiet ≤ 9 requests; both changes seen within 70 s"
ALLOCATED, MOST_SECONDS, MOST_REQUESTS = 150, 70, 9
QUIET_PASSES = 10
# How often `mirror/tasks.py` begins a pass.
EVERY = 60
PURCHASE_ORDER, COMPLETED = "PO-BEHIND-US", 3


def measure() -> Result:
    with sandboxes.running(companies=20, invoices=1_200, rate_limit=str(ALLOCATED)) as sandbox:
        store = _loaded(sandbox)
        quiet = [_a_minute_later(store, sandbox) for _ in range(QUIET_PASSES)]
        changed = _change(store, sandbox)
        busy = _pass(store, sandbox)
        is_seen = _is_seen(*changed)
    unseen = EVERY + busy.seconds
    most = max(each.requests for each in quiet)
    mean = sum(each.requests for each in quiet) / len(quiet)
    measured = (
        f"nothing changed, {len(quiet)} passes: {mean:.1f} requests on average, {most} at most, "
        f"{max(each.seconds for each in quiet):.1f} s at most; "
        f"an invoice and a payment: {busy}{'' if is_seen else ', NOT SEEN'}; "
        f"a change stays unseen for at most {EVERY} s + the pass = {unseen:.0f} s"
    )
    return Result(measured, is_seen and unseen <= MOST_SECONDS and most <= MOST_REQUESTS)


@dataclass(frozen=True)
class Pass:
    requests: int
    seconds: float
    rows: int

    def __str__(self) -> str:
        return f"{self.requests} requests, {self.seconds:.1f} s, {self.rows} rows"


def _loaded(sandbox: Sandbox) -> Any:
    from arportal.mirror.models import RequestBudget
    from arportal.mirror.sync.sync import sync

    store = add_store("l2", sandbox.api_url)
    RequestBudget.objects.create(store=store, allocated=ALLOCATED)
    done = sync(store, full=True)
    assert not done.problem, done.problem
    return store


def _a_minute_later(store: Any, sandbox: Sandbox) -> Pass:
    from django.db.models import F

    from arportal.mirror.models import CreditTerms, SyncPass, Watermark

    minute = dt.timedelta(seconds=EVERY)
    SyncPass.objects.filter(store=store).update(
        started_at=F("started_at") - minute, finished_at=F("finished_at") - minute
    )
    Watermark.objects.filter(store=store).update(due_at=F("due_at") - minute, read_at=F("read_at") - minute)
    CreditTerms.objects.filter(store=store).update(read_at=F("read_at") - minute)
    return _pass(store, sandbox)


def _pass(store: Any, sandbox: Sandbox) -> Pass:
    from arportal.mirror.sync.sync import sync

    before, start = len(sandbox.log()), time.perf_counter()
    done = sync(store, sparing=True)
    seconds = time.perf_counter() - start
    assert not done.problem, done.problem
    return Pass(len(sandbox.log()) - before, seconds, done.rows_changed)


def _change(store: Any, sandbox: Sandbox) -> tuple[Any, Any]:
    """An old invoice and an old payment that waits, changed at the store itself."""
    from arportal.mirror.models import Invoice, Payment

    invoice = Invoice.objects.filter(store=store).earliest("updated_at")
    waiting = Payment.objects.filter(allowed_statuses__contains=[COMPLETED]).exclude(
        processing_status=COMPLETED
    )
    payment = waiting.earliest("updated_at")
    sandbox.ask("PUT", f"/ip/invoices/{invoice.api_id}", {"purchaseOrderNumber": PURCHASE_ORDER})
    sandbox.ask("PUT", f"/ip/payments/{payment.api_id}/processing-status", {"processingStatus": COMPLETED})
    return invoice, payment


def _is_seen(invoice: Any, payment: Any) -> bool:
    invoice.refresh_from_db()
    payment.refresh_from_db()
    return invoice.purchase_order_number == PURCHASE_ORDER and payment.processing_status == COMPLETED
