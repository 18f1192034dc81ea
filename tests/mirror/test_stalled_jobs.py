"""A worker killed in the middle of a job must not close the store's sync to every other worker."""

import datetime as dt

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from arportal.mirror import tasks
from tests.whole import only_whole


@pytest.fixture
def kill(transactional_db):
    """A sync job that its worker had begun and will never end; of a store that is no longer there, so that it is
    done at once."""

    def killed(lock: str) -> int:
        job_id: int = tasks.sync_store.configure(lock=lock, queueing_lock=lock).defer(store_id=0)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s) RETURNING id",
                [dt.timedelta(minutes=1)],
            )
            worker = cursor.fetchone()[0]
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s",
                [worker, job_id],
            )
        return job_id

    return killed


@pytest.fixture
def killed(kill) -> int:
    return kill("sync-0")


def run_worker() -> None:
    """Works off what is waiting, then ends."""
    tasks.free_stalled.defer(timestamp=0)
    with app.replace_connector(app.connector.get_worker_connector()) as working:
        working.run_worker(
            wait=False, install_signal_handlers=False, listen_notify=False, queues=["changes", "default"]
        )


def test_it_works(killed):
    run_worker()
    assert ProcrastinateJob.objects.get(pk=killed).status != "doing"


@pytest.mark.parametrize("is_asked_for_again", [False, True], ids=["alone", "with another of its kind"])
def test_a_job_that_a_slow_worker_ends_meanwhile_keeps_nobody_waiting(
    killed, kill, monkeypatch, is_asked_for_again
):
    if is_asked_for_again:
        tasks.sync_store.configure(lock="sync-0", queueing_lock="sync-0").defer(store_id=0)
    behind = kill("sync-1")
    stalled_now = JobManager.get_stalled_jobs

    async def ended_meanwhile(self, **how_long):
        stalled = sorted(await stalled_now(self, **how_long), key=lambda job: job.id)
        await self.finish_job_by_id_async(killed, Status.SUCCEEDED, delete_job=False)
        return stalled

    monkeypatch.setattr(JobManager, "get_stalled_jobs", ended_meanwhile)
    run_worker()
    states = dict(ProcrastinateJob.objects.filter(pk__in=[killed, behind]).values_list("pk", "status"))
    assert (states[killed], states[behind] == "doing") == ("succeeded", False)


@only_whole("test_it_works")
def test_another_of_its_kind_was_asked_for_meanwhile(killed):
    """As every minute does: two that wait under one queueing lock are refused, and neither would ever begin."""
    waiting = tasks.sync_store.configure(lock="sync-0", queueing_lock="sync-0").defer(store_id=0)
    run_worker()
    states = dict(ProcrastinateJob.objects.filter(pk__in=[killed, waiting]).values_list("pk", "status"))
    assert states[killed] == "failed"
    assert states[waiting] != "todo"
