"""`/metrics` in the format of Prometheus, for who has its token: stores are numbers in it, companies are not told."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from arportal.desk.probes.health import ALIVE, WORKER_SILENT
from arportal.mirror.sync.freshness import freshness
from arportal.receivables.models import Change
from arportal.stores.models import Store
from arportal.stores.scope import directory, in_store

# What waits for a later time is not behind; what failed is kept for three days.
JOBS = """
    SELECT queue_name, CASE status WHEN 'todo' THEN 'waiting' WHEN 'doing' THEN 'running' ELSE 'failed' END, count(*)
    FROM procrastinate_jobs
    WHERE status IN ('doing', 'failed') OR status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())
    GROUP BY 1, 2
"""
OPEN = [Change.State.WAITING, *Change.UNDER_WAY]


@login_not_required
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """There is no such page where no token is set."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not constant_time_compare(
        request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"
    ):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(settings.METRICS_DIRECTORY))  # type: ignore[no-untyped-call]
    registry.register(FromDatabase())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class FromDatabase:
    """Figures that are the same whichever process is asked; without the database only that it does not answer."""

    def collect(self) -> Iterator[Metric]:
        try:
            families = [*_queues(), *_stores()]
        except DatabaseError:
            families = []
        yield GaugeMetricFamily("arportal_database_up", "1 if the database answers.", value=bool(families))
        yield from families


def _queues() -> Iterator[Metric]:
    jobs = GaugeMetricFamily("arportal_jobs", "Jobs of the workers.", labels=["queue", "state"])
    with connection.cursor() as cursor:
        cursor.execute(ALIVE, [timezone.now() - WORKER_SILENT])
        yield GaugeMetricFamily("arportal_workers", "Workers that are alive.", value=cursor.fetchone()[0])
        cursor.execute(JOBS)
        for queue, state, count in cursor:
            jobs.add_metric([queue, state], count)
    yield jobs


def _stores() -> Iterator[Metric]:
    ages = GaugeMetricFamily(
        "arportal_sync_age_seconds", "Age of the last complete sync, from its start.", labels=["store"]
    )
    changes = GaugeMetricFamily("arportal_changes", "Changes under way.", labels=["store", "state"])
    oldest = GaugeMetricFamily(
        "arportal_oldest_change_seconds", "Age of the oldest Change under way.", labels=["store", "state"]
    )
    now = timezone.now()
    for store_id in directory().values():
        with in_store(store_id):
            store = Store.objects.connected().filter(pk=store_id).first()
            synced_at = freshness(store).synced_at if store else None
            rows = Change.objects.filter(store_id=store_id).unfinished().filter(state__in=OPEN)
            counts = rows.values("state").annotate(count=Count("pk"), since=Min("asked_at"))
            by_state = {row["state"]: row for row in counts}
        if store is None:
            continue
        number = str(store_id)
        ages.add_metric([number], (now - synced_at).total_seconds() if synced_at else float("inf"))
        for state in OPEN:
            row = by_state.get(state)
            changes.add_metric([number, state], row["count"] if row else 0)
            oldest.add_metric([number, state], (now - row["since"]).total_seconds() if row else 0)
    yield from (ages, changes, oldest)
