"""The mirror's background work."""

from contextlib import suppress

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from arportal.mirror.sync import SyncUnderWay, sync
from arportal.stores.models import Store


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="sync_every_store", pass_context=False)
def sync_every_store(timestamp: int) -> None:
    for store_id in Store.objects.values_list("pk", flat=True):
        lock = f"sync-{store_id}"
        try:
            sync_store.configure(lock=lock, queueing_lock=lock).defer(store_id=store_id)
        except AlreadyEnqueued:
            continue  # The previous pass is still waiting for its turn; one is enough.


@app.task
def sync_store(store_id: int, full: bool = False) -> None:
    with suppress(SyncUnderWay):  # Somebody syncs it by hand: that will do.
        sync(Store.objects.get(pk=store_id), full=full)


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="recheck_every_store")
def recheck_every_store(timestamp: int) -> None:
    """Once a night everything is read again: that is how deletions, which leave no trace, are noticed."""
    for store_id in Store.objects.values_list("pk", flat=True):
        sync_store.configure(lock=f"sync-{store_id}").defer(store_id=store_id, full=True)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="free_stalled", pass_context=True)
async def free_stalled(context: JobContext, timestamp: int) -> None:
    """A worker that was killed leaves its job under way, and the job's lock closed to everybody: start it again."""
    for job in await context.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=30):
        await context.app.job_manager.retry_job(job)


@app.periodic(cron="33 3 * * *")
@app.task(queueing_lock="forget_old_jobs", pass_context=True)
async def forget_old_jobs(context: JobContext, timestamp: int) -> None:
    await context.app.job_manager.delete_old_jobs(nb_hours=72, include_failed=True)
