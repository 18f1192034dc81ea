"""The Sync page: how fresh each list is, the last passes, what is under way, the request budget, two buttons."""

import datetime as dt
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.exceptions import AlreadyEnqueued

from arportal.desk.ledger.unexplained import lately
from arportal.desk.lists import counting
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.mirror import tasks
from arportal.mirror.models import Invoice, SyncPass
from arportal.mirror.rate_limit.budget import budget_of
from arportal.mirror.sync.freshness import freshness_of_lists
from arportal.receivables.models import Ledger
from arportal.stores.access import Permission, may
from arportal.stores.models import Membership

SHOWN = 20


@dataclass(frozen=True)
class Progress:
    """One resource of a pass under way; `percent` is None while the API has not told a total."""

    resource: str
    done: int
    total: int | None
    percent: int | None


@dataclass(frozen=True)
class LedgerState:
    """The ledger of a store; `known` is None before it is begun. `done` of `total` invoices are in it while it is
    being built. `unexplained` counts the entries of the last 30 days that nothing explains, `unexplained_url` is
    their list."""

    known: Ledger | None
    done: int
    total: int
    unexplained: counting.Counted
    unexplained_url: str


@page(Permission.READ)
def sync(request: DeskRequest) -> HttpResponse:
    passes = list(SyncPass.objects.filter(store=request.store).order_by("-started_at")[:SHOWN])
    running = next((each for each in passes if each.finished_at is None), None)
    context = {
        "passes": passes,
        "running": running,
        "progress": progress_of(running) if running else [],
        "remaining": remaining_of(running, timezone.now()) if running else None,
        "lists": freshness_of_lists(request.store),
        "budget": budget_of(request.store),
        "ledger": ledger_state(request.actor, timezone.now()),
        "may_sync": may(request.actor, Permission.SYNC),
        "may_repair": may(request.actor, Permission.REPAIR),
    }
    return render(request, "sync/_state.html" if request.htmx else "sync/page.html", context)


@page(Permission.SYNC, methods=("POST",))
def sync_now(request: DeskRequest) -> HttpResponse:
    """Every list, due or not."""
    return _ask_for(request, full=False)


@page(Permission.SYNC, methods=("POST",))
def check_all(request: DeskRequest) -> HttpResponse:
    return _ask_for(request, full=True)


def _ask_for(request: DeskRequest, *, full: bool) -> HttpResponse:
    try:
        tasks.ask_for_sync(request.store.pk, full=full)
        messages.success(request, _("It starts within a few seconds."))
    except AlreadyEnqueued:
        messages.info(request, _("One is already waiting to start."))
    return redirect(link("sync", request.store.slug))


def ledger_state(actor: Membership, now: dt.datetime) -> LedgerState:
    known: Ledger | None = getattr(actor.store, "ledger", None)
    done = total = 0
    if known is None or known.built_at is None:
        invoices = Invoice.objects.filter(store=actor.store)
        total = invoices.count()
        done = invoices.filter(api_id__lte=known.built_to).count() if known else 0
    unexplained, address = lately(actor, actor.store.today(now))
    return LedgerState(known, done, total, counting.count(unexplained, ()), address)


def progress_of(running: SyncPass) -> list[Progress]:
    """The resources of a pass under way, in the order in which they are read."""
    progress = []
    for scan in running.scans.order_by("pk"):
        percent = 100 if scan.is_complete else None
        if scan.total and not scan.is_complete:
            percent = min(99, 100 * scan.offset // scan.total)
        progress.append(Progress(scan.resource, scan.offset, scan.total, percent))
    return progress


def remaining_of(running: SyncPass, now: dt.datetime) -> dt.timedelta | None:
    """The time left, by the rows read so far and those the API has told of; None while that says too little."""
    scans = list(running.scans.all())
    done, total = sum(scan.offset for scan in scans), sum(scan.total or 0 for scan in scans)
    spent = now - running.started_at
    return spent * (total - done) / done if 0 < done < total else None
