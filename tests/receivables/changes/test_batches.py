"""Changes asked for together: what of a batch is still to be sent, and the job that sends it."""

import uuid

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import TaskNotFound

from arportal.receivables.changes import batches, changes
from arportal.receivables.changes.draft import Content, Draft, new_change
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change

State, Verb = Change.State, Change.Verb
BATCH, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)


@pytest.fixture
def ask(clerk):
    """Asks for one change of a batch for each of these ids."""

    def ask(batch: uuid.UUID | None, *ids: int, actor=clerk) -> list[Change]:
        made = [
            new_change(
                actor,
                uuid.UUID(int=number),
                Verb.WRITE_OFF,
                Content(target_id=number, payload={}),
                Draft(company_id=1),
                batch,
            )
            for number in ids
        ]
        changes.write_down(made)
        return made

    return ask


def test_it_is_sent_in_the_order_it_was_asked_for(ask):
    ask(OTHER, 99)
    ask(None, 98)
    asked = ask(BATCH, 13, 12, 11)
    assert [change.pk.int for change in batches.to_send(BATCH)] == [13, 12, 11]
    assert batches.unfinished() == {BATCH, OTHER}
    Change.objects.filter(batch=OTHER).update(state=State.APPLIED)
    Change.objects.filter(pk=asked[0].pk).update(state=State.WAITING)
    assert [change.pk.int for change in batches.to_send(BATCH)] == [12, 11]
    assert batches.unfinished() == {BATCH}


def test_what_waits_for_its_turn(ask):
    (of_batch,), (alone,) = ask(BATCH, 11), ask(None, 12)
    assert batches.is_to_send(of_batch)
    assert not batches.is_to_send(alone)
    of_batch.state = State.SENT
    assert not batches.is_to_send(of_batch)


def test_its_form_is_of_one_person(ask, clerk, controller):
    ask(BATCH, 11, 12)
    ask(OTHER, 13, actor=controller)
    counts = [batches.count_asked(clerk, BATCH), batches.count_asked(controller, OTHER)]
    assert (counts, batches.count_asked(clerk, uuid.UUID(int=3))) == ([2, 1], 0)
    with pytest.raises(Invalid, match="already used"):
        batches.count_asked(controller, BATCH)


def test_an_id_is_used_once_and_all_of_a_batch_or_nothing_is_written_down(ask):
    ask(None, 11)
    with pytest.raises(Invalid, match="already used"):
        ask(BATCH, 12, 11)
    assert Change.objects.count() == 1


def test_one_worker_sends_it(db):
    """Asked for again while a job waits, there is no second; two that send it at once do not exist, either."""
    for _time in range(2):
        batches.start(BATCH)
    (job,) = ProcrastinateJob.objects.filter(task_name=batches.TASK)
    assert (job.args, job.lock, job.queue_name) == ({"batch": str(BATCH)}, f"batch-{BATCH}", "changes")


def test_for_a_task_that_nobody_has_no_job_is_left_lying(db, monkeypatch):
    monkeypatch.setattr(batches, "TASK", "arportal.receivables.tasks.nobodys")
    with pytest.raises(TaskNotFound):
        batches.start(BATCH)
