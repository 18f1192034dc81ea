"""Many companies' payment methods are switched at a store with faults, the worker is killed in the middle; then all
is taken back. bench/c1_methods.py does so with three hundred companies under the store's real limit."""

import uuid

import pytest

from arportal.receivables.changes import changes
from arportal.receivables.changes.clock import database_now
from arportal.receivables.changes.state_machine import QUARANTINE
from arportal.receivables.models import Change
from tests.cast import forget_stores
from tests.documents.exports.worker_process import half_a_minute_later, worker
from tests.receivables.companies.switching import admin_of, switch_and_undo
from tests.sandbox_server import running_sandbox

COMPANIES = 8
KILL_AT = 2


@pytest.fixture
def busy():
    with running_sandbox("--companies", str(COMPANIES), "--invoices", "1") as sandbox:
        yield sandbox


def test_it_works(transactional_db, busy):
    forget_stores()
    busy.control("PUT", "rate-limit", {"requests": 5000})  # So that nothing is paced.
    actor = admin_of(busy)
    # Of the first the answer is lost, the second never arrives.
    busy.fault("drop_after", method="PUT")
    busy.fault("500", method="PUT")
    run = switch_and_undo(
        busy,
        actor,
        worker,
        kill_at=KILL_AT,
        after_kill=long_after_its_death,
        settle=after_the_quarantine,
        patience=60,
    )
    assert KILL_AT <= run.done_at_kill < run.asked == COMPANIES
    assert len(run.progress) > 2
    assert (run.wrong, run.wrong_back) == (set(), set())


def long_after_its_death(batch: uuid.UUID) -> None:
    half_a_minute_later()
    _resume(batch, Change.State.SENT)
    # It may have died after the store's answer and before it was read back.
    _resume(batch, Change.State.APPLIED)


def after_the_quarantine(batch: uuid.UUID) -> None:
    # What is sent is in the hands of a worker that lives.
    _resume(batch, Change.State.UNKNOWN)


def _resume(batch: uuid.UUID, state: Change.State) -> None:
    for change in Change.objects.filter(batch=batch, state=state, mirrored_at=None):
        changes.resume(change, database_now() + 2 * QUARANTINE)
