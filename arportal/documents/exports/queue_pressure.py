"""Pressure on the queue: jobs that wait for a place at the workers and go before exports."""

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from procrastinate.contrib.django.models import ProcrastinateJob

# The priority of exports: whatever else waits goes first.
LOW = -10


def somebody_waits() -> bool:
    """True if a job that goes before exports could begin now, had it a place."""
    is_due = Q(scheduled_at=None) | Q(scheduled_at__lte=Now())
    locked = ProcrastinateJob.objects.filter(status="doing", lock=OuterRef("lock"))
    waiting = ProcrastinateJob.objects.filter(is_due, ~Exists(locked), status="todo", priority__gt=LOW)
    return waiting.exists()
