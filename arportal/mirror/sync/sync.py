"""One pass over a store's API that makes the mirror true again: a full one, or a short one over what changed."""

import datetime as dt
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from django.db import connection
from django.utils import timezone

from arportal.b2b import Exchange
from arportal.b2b.errors import B2BError
from arportal.mirror.api.connections import counted_client
from arportal.mirror.models import SyncPass, Watermark
from arportal.mirror.rate_limit.cadence import CREDIT_TERMS_EVERY, MOST_REQUESTS, TOGETHER, due_lists
from arportal.mirror.sync.care import Care
from arportal.mirror.sync.credit_terms import COMPANIES_A_FULL_PASS, COMPANIES_A_PASS, read_credit_terms
from arportal.mirror.sync.error_messages import error_message
from arportal.mirror.sync.full_scan import Report, begin, full_scan
from arportal.mirror.sync.hot import reread_hot
from arportal.mirror.sync.incremental import catch_up
from arportal.mirror.sync.left_out import LeftOut
from arportal.mirror.sync.pages import Tally
from arportal.mirror.sync.reference_data import reference_data
from arportal.mirror.sync.resources import Resource, resources
from arportal.stores.models import Store

logger = logging.getLogger(__name__)

__all__ = ["Report", "SyncUnderWay", "sync"]


class SyncUnderWay(Exception):
    """Another process is syncing this store."""


def sync(
    store: Store, *, full: bool = False, sparing: bool = False, report: Report = lambda *_: None
) -> SyncPass:
    """One pass. Its problem, if any, is kept in the returned SyncPass; the mirror then stays as it was read.

    A short pass that is `sparing` asks only for the lists that are due (`cadence.py`), any other for every list.
    """
    with _alone(store):
        this = _begin(store, full)
        try:
            with _careful(this, sparing) as care:
                _run(this, care, report)
        except B2BError as error:
            logger.warning("sync of %s stopped: %s", store.slug, error)
            this.problem = error_message(error)
        except BaseException:
            this.problem = (
                "It was stopped before it was done, by hand or by a fault of ours; the log says more."
            )
            raise
        finally:
            this.finished_at = timezone.now()
            this.save()
        return this


def _begin(store: Store, full: bool) -> SyncPass:
    """A new pass, or the full one that a process left unfinished when it died."""
    left = SyncPass.objects.filter(store=store, finished_at=None).order_by("started_at")
    unfinished = left.filter(kind=SyncPass.Kind.FULL).last()
    dead = left.exclude(pk=unfinished.pk) if unfinished else left
    dead.update(
        finished_at=timezone.now(), problem="The process that ran this pass ended before it was done."
    )
    kind = SyncPass.Kind.FULL if full or not _is_loaded(store) else SyncPass.Kind.INCREMENTAL
    return (
        unfinished
        or _continued(store, kind)
        or SyncPass.objects.create(store=store, kind=kind, started_at=timezone.now())
    )


def _is_loaded(store: Store) -> bool:
    complete = SyncPass.objects.filter(store=store, kind=SyncPass.Kind.FULL, problem="")
    return complete.exclude(finished_at=None).exists()


def _continued(store: Store, kind: str) -> SyncPass | None:
    """A first load that the API broke off goes on where it was: its pages are here."""
    if kind != SyncPass.Kind.FULL or _is_loaded(store):
        return None
    broken = SyncPass.objects.filter(store=store, kind=kind).exclude(problem="").last()
    if broken is not None:
        broken.problem, broken.finished_at = "", None
        broken.save(update_fields=["problem", "finished_at"])
    return broken


@contextmanager
def _careful(this: SyncPass, sparing: bool) -> Iterator[Care]:
    """Whatever ends the pass, what it asked and what it left out until then is noted."""
    requests = Counter[str]()

    def count(exchange: Exchange) -> None:
        requests.update([exchange.method])

    with (
        counted_client(this.store, count) as client,
        counted_client(this.store, count, tries_once=True) as once,
    ):
        care = Care(
            store=this.store,
            now=this.started_at,
            client=client,
            once=once,
            is_sparing=sparing and this.kind == SyncPass.Kind.INCREMENTAL,
            left_out=LeftOut.of(this.left_out),
            requests=requests,
        )
        try:
            yield care
        finally:
            this.left_out = care.left_out.groups()
            this.requests += requests.total()


def _run(this: SyncPass, care: Care, report: Report) -> None:
    lists = _lists(this, care, report)
    due = due_lists(this.store, care.now) if care.is_sparing else set(lists)
    asked = set[str]()
    while name := next((each for each in lists if each in due - asked), ""):
        asked.add(name)
        tally = lists[name]()
        if tally.is_changed:
            due |= TOGETHER.get(name, frozenset())
        _note(this, care, tally)
        this.save(update_fields=["rows_changed", "rows_gone", "left_out"])
    _note(this, care, reread_hot(this, care))
    read_credit_terms(care, *_companies(this, care))


def _companies(this: SyncPass, care: Care) -> tuple[int, dt.datetime]:
    """How many are asked about, of those that were last read before when; two requests each."""
    if care.is_sparing:
        return max(1, (MOST_REQUESTS - care.requests.total()) // 2), care.now - CREDIT_TERMS_EVERY
    is_full = this.kind == SyncPass.Kind.FULL
    return COMPANIES_A_FULL_PASS if is_full else COMPANIES_A_PASS, care.now


def _lists(this: SyncPass, care: Care, report: Report) -> dict[str, Callable[[], Tally]]:
    """Name → what reads it, in the order in which they are read."""
    lists: dict[str, Callable[[], Tally]] = {}
    for resource in resources(care.client):
        how = care.read_list if resource.is_main else care.list_or_leave_out
        lists[resource.name] = partial(how, resource.name, partial(_read, this, resource, report))
    for name, read in reference_data(this.store, care.once).items():
        lists[name] = partial(care.list_or_leave_out, name, read)
    return lists


def _read(this: SyncPass, resource: Resource, report: Report) -> Tally:
    tally = Tally()
    if this.kind == SyncPass.Kind.FULL:
        progress = begin(this, resource)
        tally += full_scan(this.store, resource, progress, report)
        Watermark.objects.update_or_create(
            store=this.store, resource=resource.name, defaults={"updated_at": progress.newest}
        )
    return tally + catch_up(this, resource, report)


def _note(this: SyncPass, care: Care, tally: Tally) -> None:
    this.rows_changed += tally.changed
    this.rows_gone += tally.gone
    care.left_out.merge(tally.left_out)
    this.left_out = care.left_out.groups()


@contextmanager
def _alone(store: Store) -> Iterator[None]:
    """A lock of the database session, so that it ends with the process that held it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK, store.pk])
        if not cursor.fetchone()[0]:
            raise SyncUnderWay(f"{store} is being synced already.")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK, store.pk])


_LOCK = 0x51_0C
