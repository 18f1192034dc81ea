"""The parts of a row that every table of the mirror has."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from arportal.b2b import day_of
from arportal.stores.models import Store

KEY = ("store_id", "api_id")


def row(store: Store, api_id: int, raw: Any, **columns: Any) -> dict[str, Any]:
    """`columns` and those that every mirrored row has; a record that the API shows is not gone."""
    return {"store_id": store.pk, "api_id": api_id, "gone_at": None, "raw": raw, **columns}


def zone_now(store: Store) -> ZoneInfo:
    """The store's time zone as it stands in the database, where it stays until the transaction ends.

    A pass has read its Store long ago. Who changes the zone waits for the rows on their way, then brings the days
    of all rows to the new one.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT time_zone FROM stores_store WHERE id = %s FOR SHARE", [store.pk])
        [name] = cursor.fetchone()
    return ZoneInfo(name)


def day(moment: dt.datetime | None, zone: ZoneInfo) -> dt.date | None:
    return None if moment is None else day_of(moment, zone)
