"""Five payment methods of all companies of a store with faults are switched by a worker that is killed in the middle,
and taken back: the short version is `test_killed_batch.py`, the whole one `bench/c1_methods.py`."""

import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import requests

from arportal.mirror.models import Company, CompanyMethod
from arportal.mirror.sync.sync import sync
from arportal.receivables.companies import together
from arportal.receivables.models import Change
from arportal.stores.models import Membership, Role, Store, User
from tests.sandbox_server import STORE_HASH, TOKEN, Sandbox

State = Change.State
METHODS = 5
PAGE = 250
# A company and the code of a method that is on for it.
Enabled = set[tuple[int, str]]


@dataclass
class Switched:
    """What became of it: the companies that were asked for, how many were done when the worker was killed, how often
    progress was seen to grow, the seconds of both ways, and every pair that is not as it should be."""

    asked: int
    done_at_kill: int = 0
    progress: list[int] = field(default_factory=list)
    seconds: float = 0
    seconds_back: float = 0
    wrong: Enabled = field(default_factory=set)
    wrong_back: Enabled = field(default_factory=set)


def admin_of(sandbox: Sandbox) -> Membership:
    """The admin of a store of its own that other processes can see, read from this sandbox."""
    store = Store(slug="busy", name="Busy store", store_hash=STORE_HASH, api_url=sandbox.api_url)
    store.token = TOKEN
    store.save()
    problem = sync(store, full=True).problem
    assert not problem, problem
    user = User.objects.create_user("ada@example.com", name="Ada Admin")
    return Membership.objects.create(user=user, store=store, role=Role.ADMIN, all_companies=True)


def switch_and_undo(
    sandbox: Sandbox,
    actor: Membership,
    worker: Callable[[], AbstractContextManager[Any]],
    *,
    kill_at: int,
    after_kill: Callable[[uuid.UUID], None],
    settle: Callable[[uuid.UUID], None],
    patience: float,
) -> Switched:
    """`after_kill` says what passes until others notice that a worker is dead, `settle` how what is unclear is looked
    up; `patience` is in seconds."""
    before = enabled_at(sandbox)
    codes = sorted({code for _company, code in before})[:METHODS]
    wanted = {code: number % 2 == 0 for number, code in enumerate(codes)}
    companies = list(Company.objects.visible_to(actor).order_by("api_id"))
    to_all = dict.fromkeys((company.api_id for company in companies), wanted)
    batch = uuid.uuid4()
    run = Switched(asked=_ask(actor, batch, together.outlooks(actor, "methods", companies, to_all)))
    began = time.perf_counter()
    with worker():
        _wait_until(lambda: _note(run, batch) or done(batch) >= kill_at, patience)
    run.done_at_kill = done(batch)
    after_kill(batch)
    _finish(run, batch, worker, settle, patience)
    run.seconds = time.perf_counter() - began
    codes_on = {code for code, is_on in wanted.items() if is_on}
    others = {(company_id, code) for company_id, code in before if code not in wanted}
    everywhere = {(company.api_id, code) for company in companies for code in codes_on}
    run.wrong = enabled_at(sandbox) ^ (others | everywhere)
    undo = together.undo_of(batch)
    _ask(actor, undo, together.undo_outlooks(actor, batch))
    began = time.perf_counter()
    _finish(run, undo, worker, settle, patience)
    run.seconds_back = time.perf_counter() - began
    sync(actor.store)  # A pass that began before the last write may have saved what was older.
    known = CompanyMethod.objects.filter(store=actor.store, is_enabled=True, gone_at=None)
    run.wrong_back = (enabled_at(sandbox) ^ before) | (set(known.values_list("company_id", "code")) ^ before)
    return run


def enabled_at(sandbox: Sandbox) -> Enabled:
    """What is on at the store, asked past our client."""
    enabled: Enabled = set()
    for offset in range(0, 1_000_000, PAGE):
        rows = _read(sandbox, offset)
        enabled |= {(row["companyId"], row["paymentMethodCode"]) for row in rows}
        if len(rows) < PAGE:
            break
    return enabled


def _read(sandbox: Sandbox, offset: int) -> list[dict[str, Any]]:
    """A page of the list, when there is room for it."""
    while True:
        try:
            rows: list[dict[str, Any]] = sandbox.get("/company-payment-methods", limit=PAGE, offset=offset)
        except requests.HTTPError as busy:
            if busy.response.status_code != 429:
                raise
            time.sleep(5)
        else:
            return rows


def done(batch: uuid.UUID) -> int:
    """How many of the batch are done and read back."""
    return Change.objects.filter(batch=batch, state=State.APPLIED).exclude(mirrored_at=None).count()


def _ask(actor: Membership, batch: uuid.UUID, outlooks: list[together.Outlook]) -> int:
    shown = {each.company.api_id: (each.before, each.after) for each in outlooks if each.is_moved}
    together.ask_together(actor, batch, "methods", shown)
    return len(shown)


def _finish(
    run: Switched,
    batch: uuid.UUID,
    worker: Callable[[], AbstractContextManager[Any]],
    settle: Callable[[uuid.UUID], None],
    patience: float,
) -> None:
    asked = Change.objects.filter(batch=batch)
    with worker():
        _wait_until(lambda: _note(run, batch) or not asked.filter(state=State.ASKED).exists(), patience)
        _wait_until(lambda: settle(batch) or _note(run, batch) or done(batch) == asked.count(), patience)


def _note(run: Switched, batch: uuid.UUID) -> None:
    """Notes the progress that the page of the batch would show."""
    now = done(batch)
    if not run.progress or run.progress[-1] != now:
        run.progress.append(now)


def _wait_until(is_so: Callable[[], Any], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it does not come to its end"
        time.sleep(0.05)
