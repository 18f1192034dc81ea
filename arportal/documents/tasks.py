"""The documents' background work, in a queue of its own: an export takes no place from syncs and changes."""

from django.utils import timezone
from procrastinate.contrib.django import app

from arportal.documents.exports import expiry, jobs, packing, warming
from arportal.documents.exports.work import work
from arportal.documents.mails.sending import send_queued
from arportal.documents.models import Export
from arportal.documents.reminders import rounds
from arportal.receivables.mails import delivery
from arportal.receivables.mails import queue as mails
from arportal.receivables.models import ReminderRun
from arportal.stores.models import Store

QUEUE = "documents"
# Where one worker works on all queues, exports wait for everything else; copies for later are the last of all.
LOW, LOWEST = -10, -20
# Seconds between two steps of making copies beforehand, when there was something to do and when there was not.
REST, BREATH = 60.0, 5.0


@app.task(name=jobs.WORK, queue=QUEUE, priority=LOW)
def work_on_export(export_id: str, lane: int) -> None:
    export = Export.objects.filter(pk=export_id).select_related("store", "actor").first()
    if export is None:
        return
    seconds = work(export, lane)
    if seconds is not None:
        jobs.ask_for_lane(export.pk, lane, seconds)
    elif packing.close(export):
        export.refresh_from_db()
        jobs.ask_for_work(export)


@app.task(name=jobs.PACK, queue=QUEUE, priority=LOW)
def pack_export(export_id: str) -> None:
    export = Export.objects.filter(pk=export_id, state=Export.State.PACKING).select_related("store").first()
    if export is not None:
        packing.pack(export)


@app.periodic(cron="* * * * *")
@app.task(queue=QUEUE, queueing_lock="carry_on_exports")
def carry_on_exports(timestamp: int) -> None:
    """Whatever became of their jobs, unfinished exports go on."""
    expiry.give_up_waiting(timezone.now())
    for export in Export.objects.unfinished():
        jobs.ask_for_work(export)


@app.periodic(cron="11 * * * *")
@app.task(queue=QUEUE, queueing_lock="remove_old_exports")
def remove_old_exports(timestamp: int) -> None:
    expiry.remove_old(timezone.now())


@app.periodic(cron="23 * * * *")
@app.task(queue=QUEUE, queueing_lock="warm_every_store")
def warm_every_store(timestamp: int) -> None:
    for store_id in Store.objects.values_list("pk", flat=True):
        _ask_for_warming(store_id, before=None)


def _ask_for_warming(store_id: int, before: int | None, seconds: float = 0.0) -> None:
    jobs.defer(warm_store.name, f"warm-{store_id}", seconds, store_id=store_id, before=before)


@app.task(queue=QUEUE, priority=LOWEST)
def warm_store(store_id: int, before: int | None) -> None:
    """One step of a walk over the open invoices; without room for it the walk waits where it is."""
    store = Store.objects.get(pk=store_id)
    if not warming.has_room(store):
        return _ask_for_warming(store_id, before, REST)
    step = warming.warm(store, before)
    if step.before is not None:
        _ask_for_warming(store_id, step.before, REST if step.has_worked else BREATH)
    return None


@app.periodic(cron="* * * * *")
@app.task(queue=QUEUE, queueing_lock="carry_on_mails")
def carry_on_mails(timestamp: int) -> None:
    """Whatever became of their jobs, mails go on: those that wait for another try, too."""
    for store_id in delivery.stores_due(timezone.now()):
        mails.start(store_id)


@app.task(name=mails.TASK, queue=QUEUE)
def send_mails(store_id: int) -> None:
    """Before all exports: a mail is a moment's work."""
    if send_queued(Store.objects.get(pk=store_id)):
        mails.start(store_id)


@app.periodic(cron="*/5 * * * *")
@app.task(queue=QUEUE, queueing_lock="remind_every_store")
def remind_every_store(timestamp: int) -> None:
    """Rounds that go by themselves begin at their hour, and whatever was interrupted goes on."""
    rounds.begin_every_round(timezone.now())


@app.task(name=rounds.TASK, queue=QUEUE)
def work_on_reminders(run_id: str) -> None:
    run = ReminderRun.objects.filter(pk=run_id, finished_at=None).select_related("store", "actor").first()
    if run is not None:
        rounds.work(run)
