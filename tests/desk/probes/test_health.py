"""Probes for operators: no sign-in, no names."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from arportal.documents.tasks import carry_on_exports
from arportal.mirror.models import SyncPass
from arportal.receivables.tasks import confirm_every_store


@pytest.fixture
def worker(store):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")


def test_it_works(client, worker):
    assert client.get("/readyz").json() == {"ok": True, "problems": []}


def test_the_process_is_up(client):
    assert client.get("/healthz").json() == {"ok": True}


def test_no_worker(client, store):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["problems"] == ["no worker is alive"]


def test_a_worker_that_fell_silent(client, worker):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    assert client.get("/readyz").status_code == 503


def test_a_queue_that_no_worker_is_on(client, worker):
    """The other queues' workers are alive, and put a round into it every minute."""
    now = timezone.now().timestamp()
    carry_on_exports.defer(timestamp=int(now) - 60)
    confirm_every_store.defer(timestamp=int(now) - 660)
    assert client.get("/readyz").json()["problems"] == [
        "nobody has worked on the queue changes for 10 minutes"
    ]


def test_a_sync_that_is_late(client, worker, store):
    long_ago = timezone.now() - dt.timedelta(minutes=11)
    SyncPass.objects.update(started_at=long_ago, finished_at=long_ago)
    assert client.get("/readyz").json()["problems"] == [
        f"store {store.pk} has not been synced for 10 minutes"
    ]
