"""One pass over a store's API that makes the mirror true again: a full one, or a short one over what changed."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from django.db import connection
from django.utils import timezone

from arportal.b2b import Hook
from arportal.b2b.errors import B2BError
from arportal.mirror.care import IN_EVERY_PASS, Care
from arportal.mirror.connections import counted_client
from arportal.mirror.credit_terms import COMPANIES_A_FULL_PASS, COMPANIES_A_PASS, read_credit_terms
from arportal.mirror.hot import reread_hot
from arportal.mirror.incremental import catch_up
from arportal.mirror.left_out import LeftOut
from arportal.mirror.models import SyncPass, Watermark
from arportal.mirror.pages import Tally
from arportal.mirror.resources import Resource, resources
from arportal.mirror.small import METHODS, SETUP_EVERY, small_lists
from arportal.mirror.walks import Report, begin, walk
from arportal.mirror.words import in_plain_words
from arportal.stores.models import Store

logger = logging.getLogger(__name__)

__all__ = ["Report", "SyncUnderWay", "sync"]


class SyncUnderWay(Exception):
    """Another process is syncing this store."""


def sync(store: Store, *, full: bool = False, report: Report = lambda *_: None) -> SyncPass:
    """One pass. Its problem, if any, is kept in the returned SyncPass; the mirror then stays as it was read."""
    with _alone(store):
        this = _begin(store, full)
        requests = Counter[str]()
        try:
            with _careful(this, lambda exchange: requests.update([exchange.method])) as care:
                _run(this, care, report)
        except B2BError as error:
            logger.warning("sync of %s stopped: %s", store.slug, error)
            this.problem = in_plain_words(error)
        except BaseException:
            this.problem = (
                "It was stopped before it was done, by hand or by a fault of ours; the log says more."
            )
            raise
        finally:
            this.requests += requests.total()
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
def _careful(this: SyncPass, count: Hook) -> Iterator[Care]:
    """Whatever ends the pass, what it left out until then is noted."""
    with (
        counted_client(this.store, count) as client,
        counted_client(this.store, count, tries_once=True) as once,
    ):
        care = Care(this.store, this.started_at, client, once, LeftOut.of(this.left_out))
        try:
            yield care
        finally:
            this.left_out = care.left_out.groups()


def _run(this: SyncPass, care: Care, report: Report) -> None:
    for resource in resources(care.client):
        read = partial(_read, this, resource, report)
        _note(this, care, read() if resource.is_main else care.list_or_leave_out(resource.name, read))
        this.save(update_fields=["rows_changed", "rows_gone", "left_out"])
    _note(this, care, reread_hot(this, care.client))
    for name, read_whole in small_lists(this.store, care.once).items():
        every = IN_EVERY_PASS if name == METHODS else SETUP_EVERY
        _note(this, care, care.list_or_leave_out(name, read_whole, every))
    read_credit_terms(care, COMPANIES_A_FULL_PASS if this.kind == SyncPass.Kind.FULL else COMPANIES_A_PASS)


def _read(this: SyncPass, resource: Resource, report: Report) -> Tally:
    tally = Tally()
    if this.kind == SyncPass.Kind.FULL:
        progress = begin(this, resource)
        tally += walk(this.store, resource, progress, report)
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
