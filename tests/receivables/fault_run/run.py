"""A fault run from beginning to end: the sandbox, the processes, and whoever kills them."""

import datetime as dt
import random
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from threading import Thread

import requests
from django.db import connection
from django.utils import timezone

from arportal.mirror.models import RequestBudget
from arportal.receivables.models import Change
from arportal.stores.access import Permission
from arportal.stores.api_tokens import Wanted, make_token
from arportal.stores.models import Membership, Store
from tests.receivables.fault_run import naive, processes
from tests.receivables.fault_run.plan import Cheque, Plan, cheques
from tests.receivables.fault_run.requests_log import RequestsLog
from tests.sandbox_server import Sandbox

State = Change.State
# Seconds after which a run on however busy a machine has surely stopped getting anywhere.
PATIENCE = 10_000


@dataclass
class Run:
    """What was done, for the account afterwards. `before` are the sandbox's invoices at the beginning."""

    plan: Plan
    sandbox: Sandbox
    actor: Membership
    before: list[dict]
    log: RequestsLog
    stormy: list[Cheque]
    quiet: list[Cheque]
    naive: list[Cheque]
    quiet_requests: int = 0
    kills: int = 0
    cuts: int = 0
    doors: int = 0
    processes: list[tuple[Callable[[], BaseProcess], BaseProcess]] = field(default_factory=list)

    @property
    def store(self) -> Store:
        return self.actor.store


def live_through(plan: Plan, sandbox: Sandbox, actor: Membership) -> Run:
    """Records everything, first in quiet, then in the storm; returns when all is recorded and the last late
    write has had its time."""
    run = _prepared(plan, sandbox, actor)
    _in_quiet(run)
    sandbox.control("POST", "storm", plan.storm())
    # The store's own minute, in which a 429 without a word makes everybody wait, shrinks like all the rest.
    RequestBudget.objects.filter(store=run.store).update(window=dt.timedelta(seconds=plan.seconds(60)))
    plain_retry = Thread(target=naive.record_all, args=(sandbox.api_url, plan, run.naive))
    plain_retry.start()
    with _running(run):
        _until_all_is_recorded(run)
        sandbox.control("DELETE", "storm")
        plain_retry.join()
        _until(lambda: not _unfinished(), plan.quarantine * 20)
    time.sleep(plan.quarantine)
    run.log.read()
    return run


def _prepared(plan: Plan, sandbox: Sandbox, actor: Membership) -> Run:
    before = everything(sandbox, "/ip/invoices")
    made = {kind: cheques(before, plan.seed, kind, count) for kind, count in _counts(plan).items()}
    return Run(plan, sandbox, actor, before, RequestsLog(sandbox), **made)


def _counts(plan: Plan) -> dict[str, int]:
    return {"stormy": plan.payments, "quiet": plan.quiet, "naive": plan.naive}


def _in_quiet(run: Run) -> None:
    run.log.read()
    seen = len(run.log.entries)
    for cheque in run.quiet:
        assert processes.record(run.actor.pk, run.plan, cheque, 0).state == State.APPLIED
    run.log.read()
    run.quiet_requests = sum(entry.is_ours for entry in run.log.entries[seen:])


@contextmanager
def _running(run: Run) -> Iterator[None]:
    database, plan = connection.settings_dict["NAME"], run.plan
    starts: list[Callable[[], BaseProcess]] = [
        *(_clerk(database, run, number) for number in range(plan.clerks)),
        # The second is often late, and then at work on the same Changes as the first.
        *(_confirmer(database, run, every) for every in (60, 290)),
    ]
    run.processes = [(start, start()) for start in starts]
    try:
        yield
    finally:
        for _start, process in run.processes:
            process.kill()
            process.join()


def _clerk(database: str, run: Run, number: int) -> Callable[[], BaseProcess]:
    mine = run.stormy[number :: run.plan.clerks]
    if number < run.plan.programs:
        token = _token_of(run.actor)
        return lambda: processes.start_program(database, token, run.plan, mine)
    return lambda: processes.start_clerk(database, run.actor.pk, run.plan, mine)


def _token_of(actor: Membership) -> str:
    now = timezone.now()
    wanted = Wanted(
        name="ERP", permissions=[Permission.RECORD_PAYMENT], expires_at=now + dt.timedelta(days=1)
    )
    return make_token(actor, uuid.uuid4(), wanted, now)[1]


def _confirmer(database: str, run: Run, every: float) -> Callable[[], BaseProcess]:
    return lambda: processes.start_confirmer(database, run.store.pk, run.plan, every)


def _until_all_is_recorded(run: Run) -> None:
    """Kills, cuts and closes doors meanwhile, each as often as planned, evenly over the work."""
    dice, plan = random.Random(run.plan.seed), run.plan
    harm = [("kills", _kill, plan.kills), ("cuts", _cut, plan.cuts), ("doors", _close_door, plan.doors)]
    done, deadline = 0, time.monotonic() + PATIENCE
    while done < plan.payments:
        assert time.monotonic() < deadline
        done = Change.objects.filter(payload__reference__startswith="stormy", state=State.APPLIED).count()
        for name, strike, times in harm:
            if getattr(run, name) < times * done / plan.payments * 1.1 and getattr(run, name) < times:
                setattr(run, name, getattr(run, name) + strike(run, dice))
        run.log.read()
        time.sleep(0.1)


def _kill(run: Run, dice: random.Random) -> int:
    number = dice.randrange(len(run.processes))
    start, process = run.processes[number]
    process.kill()
    process.join()
    run.processes[number] = (start, start())
    return 1


def _cut(run: Run, dice: random.Random) -> int:
    """The connection of one process, in the middle of whatever it is doing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s ORDER BY md5(pid || %s) LIMIT 1",
            [processes.NAME, str(dice.random())],
        )
        return len(cursor.fetchall())


def _close_door(run: Run, dice: random.Random) -> int:
    run.sandbox.control("POST", "door", {"seconds": run.plan.seconds(dice.uniform(5, 20))})
    _until(lambda: _is_open(run.sandbox), 10)
    return 1


def _is_open(sandbox: Sandbox) -> bool:
    with suppress(requests.ConnectionError):
        return bool(sandbox.control("GET", "clock"))
    return False


def _unfinished() -> bool:
    return Change.objects.under_way().exists() or Change.objects.not_mirrored().exists()


def _until(is_so: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, list(Change.objects.under_way()[:3])
        time.sleep(0.1)


def everything(sandbox: Sandbox, path: str) -> list[dict]:
    rows: list[dict] = []
    while page := sandbox.get(path, limit=250, offset=len(rows), orderBy="ASC", sortBy="createdAt"):
        rows += page
    return rows
