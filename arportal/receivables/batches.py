"""Changes asked for together: each stands and falls by itself, the worker carries them out one by one."""

import uuid
from collections.abc import Iterable

from django.db.models import QuerySet

from arportal.receivables.models import Change


def change_id_in(batch: uuid.UUID, target_id: int) -> uuid.UUID:
    """The same for the same form and thing, so that a form sent twice asks for nothing twice."""
    return uuid.uuid5(batch, str(target_id))


def is_to_send(change: Change) -> bool:
    """Whether it waits for its turn in a batch."""
    return change.batch is not None and change.state == Change.State.ASKED


def to_send(batch: uuid.UUID) -> QuerySet[Change]:
    """What of the batch was not sent yet, in the order in which it was asked for."""
    asked = Change.objects.filter(batch=batch, state=Change.State.ASKED)
    return asked.select_related("store", "actor").order_by("asked_at", "pk")


def unfinished() -> Iterable[uuid.UUID]:
    """Batches of which something is still to be sent."""
    asked = Change.objects.filter(state=Change.State.ASKED).exclude(batch=None)
    return {batch for batch in asked.order_by().values_list("batch", flat=True).distinct() if batch}
