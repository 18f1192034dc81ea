"""The line of a store: Changes that wait until it has room, sent by the worker in the order they were asked for.

Nothing was read from the store when such a Change was asked for, so it is compared with what the person saw when it
is sent. Until then whoever asked for it can take it back.
"""

from contextlib import suppress
from typing import Any

from django.db import transaction
from django.db.models import Q
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from arportal.mirror.rate_limit.budget import seconds_to_room
from arportal.receivables.models import Change
from arportal.stores.models import Store

# By name: what the task calls stands above this file.
TASK = "arportal.receivables.tasks.send_line"
# The workers' turns are spaced out, so there is always a little to wait: one that is so near counts as room. And
# what came back unsent although there seemed to be room is not tried again sooner.
SECONDS_NEAR = 5.0


def start(store_id: int, seconds: float = 0.0) -> None:
    """Has a worker send the line of the store, at once or in so many seconds; asking twice does no harm."""
    lock = f"line-{store_id}"
    later: dict[str, Any] = {"schedule_in": {"seconds": round(seconds)}} if seconds else {}
    with (
        suppress(AlreadyEnqueued),
        transaction.atomic(),
    ):  # So that a refusal spoils no transaction of the caller's.
        app.configure_task(TASK, lock=lock, queueing_lock=lock, **later).defer(store_id=store_id)


def has_room(store: Store) -> bool:
    return seconds_to_room(store) < SECONDS_NEAR


def seconds_until_next(store: Store) -> float:
    """The wait before going on with a line that could not be sent to its end."""
    return max(seconds_to_room(store), SECONDS_NEAR)


def place_of(change: Change) -> int:
    """1 for what is sent next."""
    before = Q(asked_at__lt=change.asked_at) | Q(asked_at=change.asked_at, pk__lt=change.pk)
    return Change.objects.in_line().filter(before, store=change.store_id).count() + 1
