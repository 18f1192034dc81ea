"""The mirror's background work."""

import datetime as dt
from contextlib import suppress
from typing import Any

from django.db import transaction
from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from psycopg.errors import RaiseException

from arportal.mirror.api import webhooks
from arportal.mirror.models import Delivery
from arportal.mirror.sync.sync import SyncUnderWay, sync
from arportal.stores.models import Store


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="sync_every_store", pass_context=False)
def sync_every_store(timestamp: int) -> None:
    for store_id in Store.objects.connected().values_list("pk", flat=True):
        with suppress(AlreadyEnqueued):  # The previous pass is still waiting for its turn; one is enough.
            ask_for_sync(store_id, sparing=True)


def ask_for_sync(store_id: int, *, full: bool = False, sparing: bool = False) -> None:
    """One pass of a store at a time, many stores side by side. Raises AlreadyEnqueued when one like it is waiting."""
    lock = f"sync-{store_id}"
    kind = "every-list"
    if full:
        kind = "full"
    elif sparing:
        kind = "sparing"
    with transaction.atomic():  # So that a refusal spoils no transaction of the caller's.
        sync_store.configure(lock=lock, queueing_lock=f"{kind}-{lock}").defer(
            store_id=store_id, full=full, sparing=sparing
        )


@app.task
def sync_store(store_id: int, full: bool = False, sparing: bool = False) -> None:
    # None where it was disconnected meanwhile.
    store = Store.objects.connected().filter(pk=store_id).first()
    with suppress(SyncUnderWay):  # Somebody syncs it by hand: that will do.
        if store is not None:
            sync(store, full=full, sparing=sparing)


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="recheck_every_store")
def recheck_every_store(timestamp: int) -> None:
    """Once a night everything is read again and compared: for what neither a time nor a total gives away."""
    for store_id in Store.objects.connected().values_list("pk", flat=True):
        with suppress(AlreadyEnqueued):
            ask_for_sync(store_id, full=True)


def follow_later(store_id: int, scope: str, data: dict[str, Any]) -> None:
    follow_message.defer(store_id=store_id, scope=scope, data=data)


@app.task(retry=RetryStrategy(max_attempts=5, exponential_wait=4))
def follow_message(store_id: int, scope: str, data: dict[str, Any]) -> None:
    webhooks.follow(Store.objects.get(pk=store_id), scope, data)


@app.periodic(cron="47 2 * * *")
@app.task(queueing_lock="forget_deliveries")
def forget_deliveries(timestamp: int) -> None:
    """A sender tries again for two days; ids older than a week cannot come back."""
    Delivery.objects.filter(received_at__lt=timezone.now() - dt.timedelta(days=7)).delete()


@app.periodic(cron="* * * * *")
# In the queue that nothing long is in: whatever its worker died of, the next minute's round goes on.
@app.task(queue="changes", queueing_lock="free_stalled", pass_context=True)
async def free_stalled(context: JobContext, timestamp: int) -> None:
    """A worker that was killed leaves its job under way, and the job's lock closed to everybody: start it again."""
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=30):
        try:
            await _free(jobs, job)
        except ConnectorException as error:
            # Of a worker that was slow, not dead: its job has ended meanwhile.
            if not isinstance(error.__cause__, RaiseException):
                raise


async def _free(jobs: JobManager, job: Job) -> None:
    try:
        await jobs.retry_job(job)
    except UniqueViolation:
        # One of its kind waits already, and can wait for nothing but this one's lock.
        assert job.id is not None  # noqa: S101 - it came from the database
        await jobs.finish_job_by_id_async(job.id, Status.FAILED, delete_job=False)


@app.periodic(cron="33 3 * * *")
@app.task(queueing_lock="forget_old_jobs", pass_context=True)
async def forget_old_jobs(context: JobContext, timestamp: int) -> None:
    await context.app.job_manager.delete_old_jobs(nb_hours=72, include_failed=True)
