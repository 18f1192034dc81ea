"""The store's small lists come whole: what is missing from them is gone."""

from collections.abc import Collection

from django.utils import timezone

from arportal import b2b
from arportal.mirror import models
from arportal.mirror.rows.upsert import upsert
from arportal.mirror.store.rows import KEY, row
from arportal.stores.models import Store


def save_channels(store: Store, channels: Collection[b2b.Channel]) -> int:
    rows = (
        row(store, channel.channel_id, channel.raw, name=channel.name, status=channel.status)
        for channel in channels
    )
    changed = upsert(models.Channel, rows, key=KEY)
    here = [channel.channel_id for channel in channels]
    missing = models.Channel.objects.filter(store=store, gone_at=None).exclude(api_id__in=here)
    return changed + missing.update(gone_at=timezone.now())


def save_extra_fields(store: Store, of: str, fields: Collection[b2b.ExtraField]) -> int:
    """`of`: invoices, orders, companies or users."""
    rows = (
        {
            "store_id": store.pk,
            "of": of,
            "name": field.name,
            "type": field.type,
            "is_required": field.is_required,
            "raw": field.raw,
            "gone_at": None,
        }
        for field in fields
    )
    changed = upsert(models.ExtraField, rows, key=("store_id", "of", "name"))
    here = [field.name for field in fields]
    missing = models.ExtraField.objects.filter(store=store, of=of, gone_at=None).exclude(name__in=here)
    return changed + missing.update(gone_at=timezone.now())
