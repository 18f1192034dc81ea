"""Changes asked for together: each stands and falls by itself, the worker carries them out one by one."""

import uuid
from collections.abc import Iterable
from contextlib import suppress

from django.db import transaction
from django.db.models import QuerySet
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from arportal.receivables.changes.changes import USED
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change
from arportal.stores.models import Membership

# By its name: the task's module imports the verbs, which ask for batches. It stays, though the function is now
# `send_batch`: jobs stand in the queue's tables under it.
TASK = "arportal.receivables.tasks.carry_out_batch"


def change_id_in(batch: uuid.UUID, target_id: int) -> uuid.UUID:
    """The same for the same form and thing, so that a form sent twice asks for nothing twice."""
    return uuid.uuid5(batch, str(target_id))


def count_asked(actor: Membership, batch: uuid.UUID) -> int:
    """How many Changes the form of this batch has become already. When it comes again its things are busy or done, so
    the rest of it is not compared. Raises Invalid when somebody else has used its id."""
    asked = Change.objects.filter(batch=batch)
    if asked.exclude(actor=actor).exists():
        raise Invalid({"": [str(USED)]})
    return asked.count()


def is_to_send(change: Change) -> bool:
    """True while it waits for its turn in a batch."""
    return change.batch is not None and change.state == Change.State.ASKED


def to_send(batch: uuid.UUID) -> QuerySet[Change]:
    """The batch's Changes that were not sent yet, in the order in which they were asked for."""
    asked = Change.objects.filter(batch=batch, state=Change.State.ASKED)
    return asked.select_related("store", "actor").order_by("asked_at", "pk")


def unfinished() -> Iterable[uuid.UUID]:
    """Batches of which something is still to be sent."""
    asked = Change.objects.filter(state=Change.State.ASKED).exclude(batch=None)
    return {batch for batch in asked.order_by().values_list("batch", flat=True).distinct() if batch}


def start(batch: uuid.UUID) -> None:
    """Call it in the transaction that asks for the changes: either both are kept or neither."""
    lock = f"batch-{batch}"
    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(TASK, allow_unknown=False, lock=lock, queueing_lock=lock).defer(batch=str(batch))
