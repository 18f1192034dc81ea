"""Asking the workers for a step of an import. Tasks are called by their names: their module imports what they do."""

from contextlib import suppress

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from arportal.receivables.models import Import

CHECK = "arportal.receivables.tasks.check_import"
WORK = "arportal.receivables.tasks.work_on_import"


def ask_for_work(asked: Import) -> None:
    """Have a worker go on with an unfinished import; asking twice does no harm."""
    task = CHECK if asked.state == Import.State.CHECKING else WORK
    queueing_lock = f"import-{asked.pk}"
    # The lock of its batch: what is asked for and not sent yet is sent by one at a time.
    lock = queueing_lock if task == CHECK else f"batch-{asked.pk}"
    # In a transaction of its own, so that a refusal spoils none of the caller's.
    with suppress(AlreadyEnqueued), transaction.atomic():
        configured = app.configure_task(task, allow_unknown=False, lock=lock, queueing_lock=queueing_lock)
        configured.defer(import_id=str(asked.pk))
