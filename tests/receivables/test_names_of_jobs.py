"""Names of tasks: jobs of another version of us have other ones, and for one that nobody has nothing is asked."""

import uuid

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import TaskNotFound

from arportal.receivables.imports import jobs
from arportal.receivables.mails import queue
from arportal.receivables.models import Import, Reconciliation
from arportal.stores.models import Store

TASKS = "arportal.receivables.tasks."


@pytest.fixture
def disconnected(transactional_db) -> Store:
    """A store that cannot be asked, so that all work on it is done at once."""
    return Store.objects.create(
        slug="old", name="Old", store_hash="old", api_url="http://127.0.0.1:9", disconnected_at=timezone.now()
    )


def done(name: str, **arguments: object) -> bool:
    """True if a job under this name is worked off without an error."""
    job_id = app.configure_task(TASKS + name, allow_unknown=True).defer(**arguments)
    with app.replace_connector(app.connector.get_worker_connector()) as working:
        working.run_worker(
            wait=False, install_signal_handlers=False, listen_notify=False, queues=["changes", "default"]
        )
    return ProcrastinateJob.objects.get(pk=job_id).status == "succeeded"


def test_it_works(disconnected):
    assert done("carry_out_batch", batch=str(uuid.uuid4()))
    assert done("sweep_every_store", timestamp=0)
    assert done("sweep_store", store_id=disconnected.pk)
    assert Reconciliation.objects.filter(store=disconnected).exclude(finished_at=None).exists()


def test_a_name_that_nobody_has(disconnected):
    assert not done("sweep_stores", timestamp=0)


@pytest.mark.parametrize(
    ("module", "name", "ask"),
    [
        (queue, "TASK", lambda: queue.start(1)),
        (jobs, "CHECK", lambda: jobs.ask_for_work(Import(state=Import.State.CHECKING))),
    ],
)
def test_a_job_that_no_worker_would_know_is_not_asked_for(db, monkeypatch, module, name, ask):
    monkeypatch.setattr(module, name, TASKS + "misspelt")
    with pytest.raises(TaskNotFound):
        ask()
    assert not ProcrastinateJob.objects.exists()
