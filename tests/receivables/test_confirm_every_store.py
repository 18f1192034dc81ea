"""The worker's round: one job a store, so that a slow store holds up nobody else's Changes."""

import uuid

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from arportal.receivables.models import Change
from arportal.receivables.tasks import confirm_changes, confirm_every_store
from arportal.stores.models import Membership, Store, User

TASK = "arportal.receivables.tasks.{}"


@pytest.fixture
def other(db) -> Membership:
    """Somebody in a store of their own."""
    store = Store(slug="other", name="Other", store_hash="other", api_url="http://127.0.0.1:9/api/v3/io")
    store.token = "none"
    store.save()
    user = User.objects.create_user("other@example.com")
    return Membership.objects.create(user=user, store=store, role="clerk", all_companies=True)


def unclear(actor: Membership, state=Change.State.UNKNOWN, **more) -> Change:
    return Change.objects.create(
        **{"id": uuid.uuid4(), "store": actor.store, "actor": actor, "state": state, "company_id": 1},
        verb=Change.Verb.RECORD_PAYMENT,
        **more,
    )


def jobs(task: str) -> list[dict]:
    waiting = ProcrastinateJob.objects.filter(task_name=TASK.format(task), status="todo")
    return [job.args for job in waiting]


def test_it_works(clerk, other):
    for actor in (clerk, clerk, other):
        unclear(actor)
    confirm_every_store(timestamp=0)
    stores = sorted([clerk.store_id, other.store_id])
    assert sorted(job["store_id"] for job in jobs("confirm_changes")) == stores
    locks = set(ProcrastinateJob.objects.values_list("lock", flat=True))
    assert {f"{confirm_changes.name}-{store_id}" for store_id in stores} <= locks


def test_a_round_that_still_waits_is_not_asked_for_twice(clerk):
    unclear(clerk)
    confirm_every_store(timestamp=0)
    confirm_every_store(timestamp=60)
    assert len(jobs("confirm_changes")) == 1


def test_where_nothing_is_to_do_nothing_is_asked_for(clerk, other):
    unclear(other, Change.State.WAITING)
    unclear(other, Change.State.REFUSED)
    confirm_every_store(timestamp=0)
    assert jobs("confirm_changes") == []


def test_what_is_not_read_back_is_something_to_do(clerk):
    unclear(clerk, Change.State.APPLIED)
    confirm_every_store(timestamp=0)
    assert len(jobs("confirm_changes")) == 1


def test_a_batch_whose_job_was_lost_gets_another(clerk):
    batch = uuid.uuid4()
    unclear(clerk, Change.State.ASKED, batch=batch)
    confirm_every_store(timestamp=0)
    assert jobs("carry_out_batch") == [{"batch": str(batch)}]
