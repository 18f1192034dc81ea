"""Jobs that another version of us has asked for: their tasks have other names in the code by now."""

import uuid

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from arportal.receivables.models import Reconciliation
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
