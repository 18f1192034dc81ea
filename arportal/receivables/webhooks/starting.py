"""Has a worker send what waits for a subscription."""

import uuid
from contextlib import suppress
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

# By name: what the task calls stands above this file.
TASK = "arportal.receivables.tasks.send_webhooks"


def start(subscription_id: uuid.UUID, seconds: float = 0.0) -> None:
    """Once the transaction is through, at once or in so many seconds. Asking twice does no harm.

    Not inside it: whoever else asks would have to wait for its end. If the process dies in between, the round of
    every minute sees to it.
    """
    lock = f"webhooks-{subscription_id}"
    later: dict[str, Any] = {"schedule_in": {"seconds": round(seconds)}} if seconds else {}

    def ask() -> None:
        with suppress(AlreadyEnqueued), transaction.atomic():
            app.configure_task(TASK, lock=lock, queueing_lock=lock, **later).defer(
                subscription_id=str(subscription_id)
            )

    transaction.on_commit(ask, robust=True)
