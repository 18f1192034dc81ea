"""One pass over a store's API that makes the mirror true again: a full one, or a short one over what changed."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.b2b.errors import B2BError
from arportal.mirror.api.error_messages import error_message
from arportal.mirror.models import SyncPass, Watermark
from arportal.mirror.rate_limit.cadence import TOGETHER, due_lists
from arportal.mirror.sync.care import Care, careful
from arportal.mirror.sync.credit_terms import read_credit_terms
from arportal.mirror.sync.full_scan import Report, begin, full_scan
from arportal.mirror.sync.hot import reread_hot
from arportal.mirror.sync.incremental import catch_up
from arportal.mirror.sync.pages import Tally
from arportal.mirror.sync.reference_data import reference_data
from arportal.mirror.sync.resources import RESOURCES, Resource
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
        this = SyncPass.objects.begin(store, full=full)
        try:
            with careful(this, sparing=sparing) as care:
                _run(this, care, report)
        except B2BError as error:
            logger.warning("sync of %s stopped: %s", store.slug, error)
            this.problem = error_message(error)
        except BaseException:
            this.problem = _(
                "It was stopped before it was done, by hand or by a fault of ours; the log says more."
            )
            raise
        finally:
            this.finished_at = timezone.now()
            this.save()
        return this


def _run(this: SyncPass, care: Care, report: Report) -> None:
    """Reads the lists that are due, in their order, then a little of what has no list of changes."""
    lists: dict[str, Callable[[], Tally]] = {}
    for kind in RESOURCES:
        resource = kind(care.client)
        read_list = care.read_list if resource.is_main else care.list_or_leave_out
        lists[resource.name] = partial(read_list, resource.name, partial(_read, this, resource, report))
    for reference in reference_data(this.store, care.once):
        lists[reference.name] = partial(care.list_or_leave_out, reference.name, reference.read)
    due = due_lists(this.store, care.now) if care.is_sparing else set(lists)
    asked: set[str] = set()
    # Sought from the start each time: a list that has changed makes others due, also such as come before it.
    while name := next((name for name in lists if name in due - asked), ""):
        asked.add(name)
        tally = lists[name]()
        if tally.is_changed:
            due |= TOGETHER.get(name, frozenset())
        _note(this, care, tally)
        this.save(update_fields=["rows_changed", "rows_gone", "left_out"])
    _note(this, care, reread_hot(this, care))
    read_credit_terms(care, full=this.kind == SyncPass.Kind.FULL)


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
