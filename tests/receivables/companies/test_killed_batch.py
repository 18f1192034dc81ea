"""Many companies' payment methods are switched at a store with faults, the worker is killed in the middle; then all
is taken back. bench/c1_methods.py does so with three hundred companies under the store's real limit."""

import uuid

import pytest

from arportal.mirror.models import Company
from arportal.receivables.changes import changes
from arportal.receivables.changes.clock import database_now
from arportal.receivables.changes.state_machine import QUARANTINE
from arportal.receivables.companies import together
from arportal.receivables.models import Change
from arportal.receivables.tasks import send_batch
from tests.cast import forget_stores
from tests.documents.exports.worker_process import half_a_minute_later, worker
from tests.receivables.companies.switching import admin_of, enabled_at, switch_and_undo
from tests.sandbox_server import running_sandbox
from tests.whole import only_whole

COMPANIES = 8
KILL_AT = 2


@pytest.fixture
def busy():
    with running_sandbox("--companies", str(COMPANIES), "--invoices", "1") as sandbox:
        yield sandbox


def test_one_whose_worker_died_is_gone_on_with_and_taken_back(admin, sandbox, monkeypatch):
    """It sent the second of three, and died before it had written down the answer."""
    companies = list(Company.objects.visible_to(admin).order_by("api_id")[:3])
    known = together.KINDS["methods"].known(admin, [company.api_id for company in companies])
    shown = {api_id: (now, {code: not is_on for code, is_on in now.items()}) for api_id, now in known.items()}
    before, batch = enabled_at(sandbox), uuid.uuid4()
    asked = Change.objects.filter(batch=batch).order_by("company_id")
    together.ask_together(admin, batch, "methods", shown)
    send, sent = changes.handlers[Change.Verb.SWITCH_METHODS].send, []

    def die_after_the_second(client, change):
        answer = send(client, change)
        sent.append(change)
        if len(sent) == 2:
            raise SystemExit
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(changes.handlers[Change.Verb.SWITCH_METHODS], "send", die_after_the_second)
        with pytest.raises(SystemExit):
            send_batch(str(batch))
    state = Change.State
    assert sorted(asked.values_list("state", flat=True)) == [state.APPLIED, state.ASKED, state.SENT]
    send_batch(str(batch))
    _resume(batch, state.SENT)
    assert set(asked.values_list("state", flat=True)) == {state.APPLIED}
    assert len(sandbox.writes()) == 3  # None twice.
    assert enabled_at(sandbox) ^ before == {(api_id, code) for api_id, now in known.items() for code in now}
    undo = together.undo_of(batch)
    back = {each.company.api_id: (each.before, each.after) for each in together.undo_outlooks(admin, batch)}
    together.ask_together(admin, undo, "methods", back)
    send_batch(str(undo))
    assert enabled_at(sandbox) == before


@only_whole("test_one_whose_worker_died_is_gone_on_with_and_taken_back")
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
