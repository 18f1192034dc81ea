"""A storm from beginning to end: the store, the web server, the worker and whoever kills it, the people."""

import os
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from threading import Event
from urllib.parse import urlsplit
from uuid import UUID

import requests
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.tasks import Task

from arportal.mirror import tasks as mirror_tasks
from arportal.mirror.models import RequestBudget
from arportal.receivables import tasks
from arportal.receivables.models import Change
from arportal.stores.models import Membership, Role, Store, User
from tests.cast import PASSWORD
from tests.desk.storm.browser import Browser
from tests.desk.storm.clerk import Clerk
from tests.desk.storm.plan import Plan
from tests.desk.storm.worker import start_worker
from tests.documents.exports.worker_process import half_a_minute_later
from tests.journeys.web_server import web_server
from tests.receivables.fault_run.plan import cheques
from tests.receivables.fault_run.requests_log import RequestsLog
from tests.receivables.fault_run.run import Run, everything
from tests.receivables.fault_run.verdict import Verdict
from tests.sandbox_server import Sandbox

# Seconds after which a storm on however busy a machine has surely stopped getting anywhere.
PATIENCE = 3600


@dataclass
class Storm:
    """What happened, for the account afterwards. `unclear`: the Changes that were seen unknown for a while."""

    plan: Plan
    payments: Run
    payments_before: Counter[str]
    clerks: list[Clerk]
    is_over: Event
    kills: int = 0
    kills_at_work: int = 0
    unclear: set[UUID] = field(default_factory=set)
    worker: BaseProcess | None = None
    next_round: float = 0.0
    next_sync: float = 0.0

    @property
    def busy(self) -> int:
        return sum(clerk.busy for clerk in self.clerks)


def live_through(plan: Plan, sandbox: Sandbox, store: Store) -> Storm:
    """Returns when everybody has seen each of their cheques done, the sky is clear and nothing is under way."""
    before = everything(sandbox, "/ip/invoices")
    actors = [_hire(store, number) for number in range(plan.people)]
    pile = cheques(before, plan.seed, "storm", plan.payments)
    payments = Run(
        plan=plan.faults,
        sandbox=sandbox,
        actor=actors[0],
        before=before,
        log=RequestsLog(sandbox),
        stormy=pile,
        quiet=[],
        naive=[],
    )
    with _web_server(plan) as address:
        is_over = Event()
        clerks = [
            Clerk(actor.user.email, Browser(address), plan, pile[number :: plan.people], is_over)
            for number, actor in enumerate(actors)
        ]
        storm = Storm(plan, payments, Verdict(payments).recorded, clerks, is_over)
        _let_loose(storm, sandbox, store)
    return storm


def _hire(store: Store, number: int) -> Membership:
    user = User.objects.create_user(f"clerk-{number}@example.com", PASSWORD, name=f"Clerk {number}")
    return Membership.objects.create(user=user, store=store, role=Role.CLERK, all_companies=True)


@contextmanager
def _web_server(plan: Plan) -> Iterator[str]:
    database = connection.settings_dict["NAME"]
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}").geturl()
    with web_server(url, "tests.desk.storm.wsgi:application", plan.as_environment()) as address:
        yield address


def _let_loose(storm: Storm, sandbox: Sandbox, store: Store) -> None:
    plan = storm.plan
    sandbox.control("PUT", "rate-limit", {"requests": plan.limit, "seconds": plan.minute})
    _listen_anew(storm)
    sandbox.control("POST", "storm", plan.storm())
    # Of a store without a limit; this one tells of its own.
    RequestBudget.objects.filter(store=store).delete()
    with _worker(storm), ThreadPoolExecutor(plan.people) as people:
        working = [people.submit(clerk.work) for clerk in storm.clerks]
        try:
            _until_all_is_seen_done(storm, working)
        finally:
            storm.is_over.set()
        sandbox.control("DELETE", "storm")
        storm.payments.log.read()
        _until_nothing_is_under_way(storm)
    sandbox.control("PUT", "rate-limit", {"requests": None})


def _listen_anew(storm: Storm) -> None:
    """What was asked before the storm is not part of its account."""
    storm.payments.log.read()
    storm.payments.log.entries.clear()


@contextmanager
def _worker(storm: Storm) -> Iterator[None]:
    storm.worker = start_worker(storm.plan)
    try:
        yield
    finally:
        storm.worker.kill()
        storm.worker.join()


def _until_all_is_seen_done(storm: Storm, working: list[Future[None]]) -> None:
    """Meanwhile the worker is killed and the store is busy, each as often as planned, evenly over the work."""
    deadline = time.monotonic() + PATIENCE
    while not all(future.done() for future in working):
        assert time.monotonic() < deadline
        _give_up_with_who_gave_up(working)
        _go_round(storm)
        entered = Change.objects.exclude(state=Change.State.REFUSED).count() / storm.plan.payments
        storm.unclear |= set(Change.objects.filter(state=Change.State.UNKNOWN).values_list("pk", flat=True))
        if storm.kills < storm.plan.kills and entered > (storm.kills + 0.7) / (storm.plan.kills + 1):
            _kill(storm)
        if storm.busy < min(storm.plan.busy, int(entered * (storm.plan.busy + 1))):
            _use_up_the_minute(storm)
        time.sleep(0.1)
    _give_up_with_who_gave_up(working)


def _give_up_with_who_gave_up(working: list[Future[None]]) -> None:
    for future in working:
        if future.done():
            future.result()


def _go_round(storm: Storm) -> None:
    """What the worker's clock does every minute."""
    now, plan = time.monotonic(), storm.plan
    if now >= storm.next_round:
        storm.next_round = now + plan.faults.seconds(60)
        _defer(tasks.confirm_every_store)
    if now >= storm.next_sync:
        storm.next_sync = now + plan.minute
        _defer(mirror_tasks.sync_every_store)


def _defer(task: Task) -> None:
    with suppress(AlreadyEnqueued):
        task.defer(timestamp=int(time.time()))


def _kill(storm: Storm) -> None:
    """With kill -9, in the middle of something if it has anything to do within a few seconds."""
    assert storm.worker is not None
    deadline = time.monotonic() + 3
    while (
        not (is_at_work := ProcrastinateJob.objects.filter(status="doing").exists())
        and time.monotonic() < deadline
    ):
        time.sleep(0.005)
    storm.worker.kill()
    storm.worker.join()
    storm.kills, storm.kills_at_work = storm.kills + 1, storm.kills_at_work + is_at_work
    half_a_minute_later()
    storm.worker = start_worker(storm.plan)


def _use_up_the_minute(storm: Storm) -> None:
    for _ in range(storm.plan.limit):
        with suppress(requests.RequestException):  # Spoilt, or too many.
            storm.payments.sandbox.get("/companies", limit=1)


def _until_nothing_is_under_way(storm: Storm) -> None:
    deadline = time.monotonic() + storm.plan.quarantine * 5
    while Change.objects.under_way().exists() or Change.objects.not_mirrored().exists():
        assert time.monotonic() < deadline, list(Change.objects.under_way()[:3])
        _go_round(storm)
        time.sleep(0.1)
    # The last late write has had its time.
    time.sleep(storm.plan.faults.seconds(200))
