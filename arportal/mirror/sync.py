"""The walk over the API that keeps the mirror true: a full one, and a short one over what changed lately."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection
from django.utils import timezone

from arportal import b2b
from arportal.b2b.errors import B2BError, NotFound
from arportal.mirror import models
from arportal.mirror import store as rows
from arportal.mirror.connections import client_for
from arportal.mirror.models import SyncPass, Watermark
from arportal.stores.models import Store

PAGE = 250
# Offsets shift while data changes: pages share rows, so that a row that moved up is not stepped over.
SHARED = 10
# updatedAt has whole seconds and arrives late; what lies this close to the watermark is read again.
OVERLAP = dt.timedelta(seconds=120)


class Report(Protocol):
    """Told after every page: what is being read, how many were read, and of how many if known."""

    def __call__(self, resource: str, done: int, total: int | None) -> None: ...


class SyncUnderWay(Exception):
    """Another process is syncing this store."""


def sync(store: Store, *, full: bool = False, report: Report = lambda *_: None) -> SyncPass:
    """One pass. Its problem, if any, is kept in the returned SyncPass; the mirror then stays as it was read."""
    with _alone(store):
        kind = SyncPass.Kind.FULL if full or _never_complete(store) else SyncPass.Kind.INCREMENTAL
        this = SyncPass.objects.create(store=store, kind=kind, started_at=timezone.now())
        try:
            _run(this, client_for(store, patience="worker"), report)
        except B2BError as error:
            this.problem = str(error)
        this.finished_at = timezone.now()
        this.save()
        return this


def _never_complete(store: Store) -> bool:
    return (
        not SyncPass.objects.filter(store=store, kind=SyncPass.Kind.FULL, problem="")
        .exclude(finished_at=None)
        .exists()
    )


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


@dataclass(frozen=True)
class _Walk:
    """How to walk one resource of the API."""

    resource: str
    model: type[models.Company | models.Invoice | models.Payment]
    page: Callable[..., b2b.Page[Any]]
    save: Callable[[Store, Any], int]
    read: Callable[[int], Any]
    stable_sort: str
    api_id: Callable[[Any], int]


def _walks(client: b2b.Client) -> list[_Walk]:
    return [
        _Walk(
            *("companies", models.Company, client.companies.page, rows.save_companies, client.companies.get),
            *("companyName", lambda company: company.company_id),
        ),
        _Walk(
            *("invoices", models.Invoice, client.invoices.page, rows.save_invoices, client.invoices.get),
            *("createdAt", lambda invoice: invoice.invoice_id),
        ),
        _Walk(
            *("payments", models.Payment, client.payments.page, rows.save_payments, client.payments.get),
            *("createdAt", lambda payment: payment.payment_id),
        ),
    ]


def _run(this: SyncPass, client: b2b.Client, report: Report) -> None:
    walk_over = _walk_all if this.kind == SyncPass.Kind.FULL else _walk_changed
    for walk in _walks(client):
        this.rows_changed += walk_over(this.store, walk, report)
    this.rows_changed += rows.save_methods(this.store, client.methods.list())
    this.rows_changed += rows.save_enabled_methods(this.store, client.methods.list_enabled())


def _walk_all(store: Store, walk: _Walk, report: Report) -> int:
    """Every row of the resource, oldest first; then a look at each row we have that did not come by."""
    changed, offset, seen, newest = 0, 0, set[int](), None
    while True:
        page = walk.page(offset=offset, limit=PAGE, sort_by=walk.stable_sort, order_by="ASC")
        changed += walk.save(store, page.items)
        seen.update(walk.api_id(item) for item in page.items)
        newest = _later(newest, page.items)
        report(walk.resource, len(seen), page.total)
        if _is_last(page):
            break
        offset += max(1, len(page.items) - SHARED)
    _raise_watermark(store, walk.resource, newest)
    return changed + _mark_missing(store, walk, seen)


def _is_last(page: b2b.Page[Any]) -> bool:
    """By the total where the API tells it; a short page alone may only mean that it caps our limit."""
    if not page.items or page.total is None:
        return len(page.items) < PAGE
    return page.offset + len(page.items) >= page.total


def _mark_missing(store: Store, walk: _Walk, seen: set[int]) -> int:
    """Rows we have and the walk did not meet: each is asked for by id, for the walk alone is no proof."""
    ours = walk.model.objects.filter(store=store, gone_at=None).values_list("api_id", flat=True)
    return sum(_reread(store, walk, api_id) for api_id in set(ours) - seen)


def _reread(store: Store, walk: _Walk, api_id: int) -> int:
    try:
        return walk.save(store, [walk.read(api_id)])
    except NotFound:
        return rows.mark_gone(walk.model, store, api_id)


def _walk_changed(store: Store, walk: _Walk, report: Report) -> int:
    """Newest first, until a whole page lies before the watermark."""
    mark = Watermark.objects.filter(store=store, resource=walk.resource).first()
    changed, offset, done, newest = 0, 0, 0, None
    while True:
        page = walk.page(offset=offset, limit=PAGE, sort_by="updatedAt", order_by="DESC")
        changed += walk.save(store, page.items)
        newest, done = _later(newest, page.items), done + len(page.items)
        report(walk.resource, done, None)
        if _is_last(page) or _all_known(page.items, mark):
            break
        offset += max(1, len(page.items) - SHARED)
    _raise_watermark(store, walk.resource, newest)
    return changed


def _all_known(items: Any, mark: Watermark | None) -> bool:
    return mark is not None and all(
        item.updated_at is not None and item.updated_at < mark.updated_at - OVERLAP for item in items
    )


def _later(newest: dt.datetime | None, items: Any) -> dt.datetime | None:
    times = [item.updated_at for item in items if item.updated_at is not None]
    return max([*times, *([newest] if newest else [])], default=None)


def _raise_watermark(store: Store, resource: str, newest: dt.datetime | None) -> None:
    """Only a complete walk gets here: a pass cut short must be walked again from the old mark."""
    if newest is not None:
        Watermark.objects.update_or_create(store=store, resource=resource, defaults={"updated_at": newest})
