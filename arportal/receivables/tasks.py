"""The receivables' background work. People's requests to the store go before all of it."""

import logging
import uuid
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from arportal.mirror.api.connections import background
from arportal.receivables.activity.sealing import seal
from arportal.receivables.ageing.snapshots import keep_month_end, month_end_to_keep
from arportal.receivables.changes import batches, changes, line
from arportal.receivables.changes.clock import database_now
from arportal.receivables.collections.judging import judge_promises
from arportal.receivables.imports import jobs
from arportal.receivables.imports.asking import ask_in_chunks, forget_abandoned
from arportal.receivables.imports.checking import check_lines
from arportal.receivables.ledger.build import build_ledger, is_to_build
from arportal.receivables.ledger.recount import recount
from arportal.receivables.ledger.sums import bring_to_today
from arportal.receivables.matching.automatic import apply_ready
from arportal.receivables.metrics import nightly
from arportal.receivables.models import Change, Import, Ledger
from arportal.receivables.reconciliation import reconcile
from arportal.receivables.webhooks import delivery, starting
from arportal.stores.models import Activity, Membership, Store

logger = logging.getLogger(__name__)

# Receivers of webhooks are slow and many: in a queue of their own they hold up nothing else.
WEBHOOKS = "webhooks"
# Changes of people have a queue of their own, so that no sync and no export holds up their sending and confirming.
CHANGES = "changes"
# Names and locks stand in the queue's tables, where another version of us has written them or will read them: these
# stay, whatever the functions are called by now.
RECONCILE_ALL = "arportal.receivables.tasks.sweep_every_store"
RECONCILE = "arportal.receivables.tasks.sweep_store"


@app.periodic(cron="* * * * *")
@app.task(queue=CHANGES, queueing_lock="confirm_every_store")
def confirm_every_store(timestamp: int) -> None:
    """Each store by itself: one whose API makes everybody wait must not hold up the others."""
    for batch in batches.unfinished():
        batches.start(batch)
    for store_id in Change.objects.in_line().order_by().values_list("store_id", flat=True).distinct():
        line.start(store_id)
    for store_id in changes.unfinished().order_by().values_list("store_id", flat=True).distinct():
        _once_at_a_time(confirm_changes, store_id)


@app.task(queue=CHANGES)
def confirm_changes(store_id: int) -> None:
    """Brings the store's Changes to their end: looks up the unclear, sends the waiting, reads back the done."""
    unfinished = changes.unfinished().filter(store_id=store_id)
    with background():
        _resume(change for change in unfinished if not batches.is_to_send(change) and not change.is_in_line)


@app.task
def apply_ready_lines(bank_file_id: int) -> None:
    with background():
        apply_ready(bank_file_id)


@app.task(name=batches.TASK, queue=CHANGES)
def send_batch(batch: str) -> None:
    with background():
        _resume(batches.to_send(uuid.UUID(batch)))


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="carry_on_imports")
def carry_on_imports(timestamp: int) -> None:
    """Whatever became of their jobs, unfinished imports go on."""
    forget_abandoned(timezone.now())
    for unfinished in Import.objects.unfinished():
        jobs.ask_for_work(unfinished)


@app.task(name=jobs.CHECK)
def check_import(import_id: str) -> None:
    checked = Import.objects.in_state(Import.State.CHECKING).filter(pk=import_id).first()
    if checked is not None:
        check_lines(checked)


@app.task(name=jobs.WORK, queue=CHANGES)
def work_on_import(import_id: str) -> None:
    running = Import.objects.in_state(Import.State.RUNNING).filter(pk=import_id).first()
    if running is not None:
        with background():
            for batch in ask_in_chunks(running):
                _resume(batches.to_send(batch))


@app.task(name=line.TASK, queue=CHANGES)
def send_line(store_id: int) -> None:
    """Sends what waits in the store's line for as long as there is room, and comes back when there is again."""
    store = Store.objects.get(pk=store_id)
    with background():
        for change in Change.objects.in_line().filter(store=store).select_related("store", "actor"):
            if not line.has_room(store):
                break
            _resume([change])
    if Change.objects.in_line().filter(store=store).exists():
        line.start(store_id, line.seconds_until_next(store))


def _resume(unfinished: Iterable[Change]) -> None:
    for change in unfinished:
        try:
            changes.resume(change, database_now())
        except Exception:  # One that cannot be worked on must not hold up all the others.
            logger.exception("change %s could not be worked on", change.pk)
            if not connection.in_atomic_block:  # Nor may a connection to the database that was cut.
                connection.close_if_unusable_or_obsolete()


@app.periodic(cron="* * * * *")
@app.task(queue=WEBHOOKS, queueing_lock="send_every_webhook")
def send_every_webhook(timestamp: int) -> None:
    """Whatever became of their jobs, messages go on: those that wait for another try, too."""
    for subscription_id in delivery.due(timezone.now()):
        starting.start(subscription_id)


@app.task(name=starting.TASK, queue=WEBHOOKS)
def send_webhooks(subscription_id: str) -> None:
    delivery.send_due(uuid.UUID(subscription_id))


@app.periodic(cron="37 3 * * *")
@app.task(queue=WEBHOOKS, queueing_lock="forget_webhooks")
def forget_webhooks(timestamp: int) -> None:
    delivery.forget_old(timezone.now())


@app.periodic(cron="41 * * * *")
@app.task(name=RECONCILE_ALL, queueing_lock="sweep_every_store")
def reconcile_every_store(timestamp: int) -> None:
    for store_id in Store.objects.connected().values_list("pk", flat=True):
        with suppress(AlreadyEnqueued):
            ask_for_reconciliation(store_id)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="build_every_ledger")
def build_every_ledger(timestamp: int) -> None:
    for store in Store.objects.all():
        if is_to_build(store):
            _once_at_a_time(build_store_ledger, store.pk)


@app.task
def build_store_ledger(store_id: int) -> None:
    build_ledger(Store.objects.get(pk=store_id))
    _once_at_a_time(compute_store_figures, store_id)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="bring_every_ledger_to_today")
def bring_every_ledger_to_today(timestamp: int) -> None:
    """Counts anew what is overdue by company when a store's day begins: it grows though nothing was posted."""
    now = timezone.now()
    for ledger in Ledger.objects.exclude(built_at=None).select_related("store"):
        if ledger.overdue_as_of != ledger.store.today(now):
            bring_to_today(ledger.store)


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="judge_every_promise")
def judge_every_promise(timestamp: int) -> None:
    """Judges promises for those who do not look: where people read them, they are judged anew in any case."""
    for ledger in Ledger.objects.exclude(built_at=None).select_related("store"):
        judge_promises(ledger.store, timezone.now())


@app.periodic(cron="41 4 * * *")
@app.task(queueing_lock="recount_every_ledger")
def recount_every_ledger(timestamp: int) -> None:
    """Compares the entries of every invoice with its balance, after the night's full sync."""
    for store_id in Ledger.objects.exclude(built_at=None).values_list("store_id", flat=True):
        _once_at_a_time(recount_store_ledger, store_id)


@app.task
def recount_store_ledger(store_id: int) -> None:
    store = Store.objects.get(pk=store_id)
    if differences := recount(store):
        logger.error("the ledger of %s differed in %s figures; they were posted now", store.slug, differences)


@app.periodic(cron="27 * * * *")
@app.task(queueing_lock="keep_every_month_end")
def keep_every_month_end(timestamp: int) -> None:
    """Each store's when its own month is over; one that was missed, as long as it is the latest."""
    for store in Store.objects.all():
        if month_end_to_keep(store, timezone.now()):
            _once_at_a_time(keep_store_month_end, store.pk)


@app.task
def keep_store_month_end(store_id: int) -> None:
    store, now = Store.objects.get(pk=store_id), timezone.now()
    if day := month_end_to_keep(store, now):
        keep_month_end(store, day, store.today(now))


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="seal_every_activity")
def seal_every_activity(timestamp: int) -> None:
    unsealed = Activity.objects.filter(position=None).order_by().values_list("store_id", flat=True)
    for store in Store.objects.filter(pk__in=unsealed.distinct()):
        seal(store)


@app.periodic(cron="17 5 * * *")
@app.task(queueing_lock="compute_every_stores_figures")
def compute_every_stores_figures(timestamp: int) -> None:
    """Computes the figures of ledgers that are whole, after the recount."""
    for store_id in Ledger.objects.exclude(built_at=None).values_list("store_id", flat=True):
        _once_at_a_time(compute_store_figures, store_id)


@app.task
def compute_store_figures(store_id: int) -> None:
    nightly.compute(Store.objects.get(pk=store_id))


def _once_at_a_time(task: Any, store_id: int) -> None:
    lock = f"{task.name}-{store_id}"
    with suppress(AlreadyEnqueued), transaction.atomic():
        task.configure(lock=lock, queueing_lock=lock).defer(store_id=store_id)


def ask_for_reconciliation(store_id: int, asked_for_by: int | None = None) -> None:
    """`asked_for_by`: the Membership of whoever wants it now. Raises AlreadyEnqueued when one is waiting."""
    lock = f"sweep-{store_id}"
    with transaction.atomic():  # So that a refusal spoils no transaction of the caller's.
        reconcile_store.configure(lock=lock, queueing_lock=lock).defer(
            store_id=store_id, asked_for_by=asked_for_by
        )


@app.task(name=RECONCILE)
def reconcile_store(store_id: int, asked_for_by: int | None = None) -> None:
    person = Membership.objects.filter(pk=asked_for_by).first() if asked_for_by else None
    reconcile.reconcile_store(Store.objects.get(pk=store_id), person)
