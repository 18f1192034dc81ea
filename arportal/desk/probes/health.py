"""Two addresses for operators' probes: is the process up, and can it serve true figures."""

import datetime as dt

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from arportal.mirror.sync.freshness import freshness
from arportal.stores.models import Store
from arportal.stores.scope import directory, in_store

# The worker says that it is alive every ten seconds.
WORKER_SILENT = dt.timedelta(seconds=30)
LATE = dt.timedelta(minutes=10)
ALIVE = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > %s"
# Each queue has a round that is put into it every minute, with its time: one that still waits says who works on it.
WAITING = """
    SELECT DISTINCT queue_name FROM procrastinate_jobs
    WHERE status = 'todo' AND (args->>'timestamp')::bigint < %s ORDER BY queue_name
"""


@login_not_required
@require_GET
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the process answers."""
    return JsonResponse({"ok": True})


@login_not_required
@require_GET
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, workers and every store's sync are as they should be, else 503 with what is not."""
    now = timezone.now()
    try:
        with connection.cursor() as cursor:
            cursor.execute(ALIVE, [now - WORKER_SILENT])
            (alive,) = cursor.fetchone()
            problems = [] if alive else ["no worker is alive"]
            cursor.execute(WAITING, [(now - LATE).timestamp()])
            minutes = LATE.total_seconds() / 60
            problems += [
                f"nobody has worked on the queue {queue} for {minutes:.0f} minutes" for (queue,) in cursor
            ]
        # Stores are named by number: this page is open to anybody who reaches it.
        for store_id in directory().values():
            with in_store(store_id):
                store = Store.objects.connected().filter(pk=store_id).first()
                synced_at = freshness(store).synced_at if store else now
            if synced_at is None or now - synced_at > LATE:
                problems.append(f"store {store_id} has not been synced for {minutes:.0f} minutes")
    except DatabaseError:
        problems = ["the database does not answer"]
    return JsonResponse({"ok": not problems, "problems": problems}, status=503 if problems else 200)
