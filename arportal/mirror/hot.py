"""Invoices on which money is owed are read again every hour, whether or not they claim to have changed."""

import datetime as dt

from arportal.b2b import Client, InvoiceStatus
from arportal.mirror.models import SyncPass, Watermark
from arportal.mirror.pages import Tally, is_last, next_offset, save, verify
from arportal.mirror.resources import OLDEST_FIRST, Resource, invoices
from arportal.stores.models import Store

EVERY = dt.timedelta(hours=1)
HOT = (InvoiceStatus.OPEN, InvoiceStatus.PARTIALLY_PAID)


def reread_hot(this: SyncPass, client: Client) -> Tally:
    mark, created = Watermark.objects.get_or_create(store=this.store, resource="hot invoices")
    if created or mark.reread_at is None:
        tally = Tally()  # The first load has just read them all.
    elif this.started_at - mark.reread_at < EVERY:
        return Tally()
    else:
        tally = _reread(this.store, invoices(client))
    mark.reread_at = this.started_at
    mark.save(update_fields=["reread_at"])
    return tally


def _reread(store: Store, resource: Resource) -> Tally:
    """Both lists, then each of ours that was in neither: it was paid or deleted, and did not say so."""
    hot = set(resource.ours(store).filter(status__in=HOT).values_list("api_id", flat=True))
    tally = Tally()
    for status in HOT:
        offset: int | None = 0
        while offset is not None:
            page = resource.page(offset=offset, limit=resource.page_size, status=status, **OLDEST_FIRST)
            tally += save(store, resource, page)
            hot.difference_update(resource.api_id(item) for item in page.items)
            offset = None if is_last(page) else next_offset(page)
    return tally + verify(store, resource, resource.ours(store).filter(api_id__in=hot))
