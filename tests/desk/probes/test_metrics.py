"""`/metrics`: closed unless its token is said, true over several processes, and without a company in it."""

import re
import subprocess
import sys
import uuid

import pytest
from django.db import OperationalError, connection
from django.test import Client

from arportal.receivables.models import Change
from arportal.stores.models import Membership

TOKEN = "a token of thirty-two characters"
ELSEWHERE = """
from arportal.desk.probes.request_times import SECONDS
SECONDS.labels("GET", "elsewhere", 302).observe(0.01)
"""
LABELS = {"method", "page", "status", "le", "queue", "state", "store"}
HOME = 'arportal_request_seconds_count{method="GET",page="desk:home",status="302"}'
OTHER = HOME.replace("desk:home", "elsewhere")


@pytest.fixture
def read(settings):
    """Values by name and labels, as who has the token reads them."""
    settings.METRICS_TOKEN = TOKEN
    # A browser of its own has the middleware of these settings.
    browser = Client()

    def read() -> dict[str, float]:
        browser.get("/")
        answer = browser.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        lines = [line.rpartition(" ") for line in answer.text.splitlines() if not line.startswith("#")]
        return {name: float(value) for name, _space, value in lines}

    return read


def test_it_works(read, store):
    Change.objects.create(
        id=uuid.uuid4(),
        store=store,
        actor=Membership.objects.filter(store=store).first(),
        verb=Change.Verb.RECORD_PAYMENT,
        company_id=77_001,
        state=Change.State.UNKNOWN,
    )
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('documents', 'none', 'failed')"
        )
    before = read()
    subprocess.run([sys.executable, "-c", ELSEWHERE], check=True)
    values = read()
    # The tests' other processes are counted, too, and open the same pages meanwhile.
    assert values[HOME] > before[HOME]
    assert values[OTHER] == before.get(OTHER, 0) + 1
    assert values["arportal_database_up"] == values["arportal_workers"] == 1
    assert values['arportal_jobs{queue="documents",state="failed"}'] == 1
    assert values[f'arportal_changes{{state="unknown",store="{store.pk}"}}'] == 1
    assert values[f'arportal_changes{{state="sent",store="{store.pk}"}}'] == 0
    assert values[f'arportal_sync_age_seconds{{store="{store.pk}"}}'] > 0
    labels = {label for name in values for label in re.findall(r'(\w+)="', name)}
    assert labels == LABELS
    assert not any("77001" in name for name in values)


def test_closed_to_who_does_not_say_the_token(client, settings, store):
    told = f"Bearer {TOKEN}"
    assert client.get("/metrics", headers={"Authorization": told}).status_code == 404, "none is set"
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    settings.METRICS_TOKEN = TOKEN
    for wrong in ("", "Bearer ", TOKEN, f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}é", "Basic dGVzdA=="):
        answer = client.get("/metrics", headers={"Authorization": wrong})
        assert (answer.status_code, answer.content) == (401, b""), wrong
    assert client.post("/metrics", headers={"Authorization": told}).status_code == 405


def test_without_the_database(read, store, monkeypatch):
    def fail(*_values):
        raise OperationalError

    read()
    monkeypatch.setattr("arportal.desk.probes.metrics.freshness", fail)
    values = read()
    assert values["arportal_database_up"] == 0
    assert values[HOME] >= 1
    assert "arportal_workers" not in values
