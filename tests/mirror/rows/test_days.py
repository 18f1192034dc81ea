"""The days beside the moments of invoices and orders, by the rule of `b2b.day_of`."""

import datetime as dt
import importlib
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from arportal import b2b
from arportal.b2b import day_of
from arportal.mirror.api.connections import connect
from arportal.mirror.models import Invoice, Order
from arportal.mirror.rows.days import recount_days
from arportal.mirror.store import save_invoices
from arportal.stores.models import Store
from arportal.stores.models.stores import validate_time_zone
from tests.b2b import samples
from tests.b2b.values.test_days import ZONES

DUE_ON_THE_17TH = 1_760_659_200
LATE_ON_THE_17TH = DUE_ON_THE_17TH + 5 * 3600  # still the 16th in Los Angeles
# Each half hour of three days, and the seconds about midnight UTC, at a change of summer time and at none.
BEGINNINGS = [dt.datetime(2026, 3, 7, tzinfo=dt.UTC), dt.datetime(2026, 10, 31, tzinfo=dt.UTC)]
MOMENTS = [begin + number * dt.timedelta(minutes=30) for begin in BEGINNINGS for number in range(144)]
MOMENTS += [begin + number * dt.timedelta(seconds=1) for begin in BEGINNINGS for number in (-1, 1)]
MOMENTS += [
    dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.UTC),
    dt.datetime(1970, 1, 1, 0, 0, 1, tzinfo=dt.UTC),
]


@pytest.fixture
def angeles(store):
    """The demo store, moved to Los Angeles as its setting is: by connecting it anew."""
    store.time_zone = "America/Los_Angeles"
    return connect(store)


def invoice(store, api_id=999_001, due=DUE_ON_THE_17TH, issued=LATE_ON_THE_17TH) -> Invoice:
    save_invoices(store, [b2b.Invoice.parse(samples.invoice(id=api_id, dueDate=due, createdAt=issued))])
    return Invoice.objects.get(store=store, api_id=api_id)


def days(row: Invoice) -> tuple[str, str]:
    return str(row.issued_on), str(row.due_on)


def all_right(store) -> bool:
    rows = Invoice.objects.filter(store=store).defer("raw")
    orders = Order.objects.filter(store=store).defer("raw")
    pairs = [(each.due_at, each.due_on) for each in rows] + [
        (each.issued_at, each.issued_on) for each in rows
    ]
    pairs += [(each.created_at, each.placed_on) for each in orders]
    return bool(pairs) and all(on == (at and day_of(at, store.zone)) for at, on in pairs)


def test_it_works(angeles):
    assert days(invoice(angeles)) == ("2025-10-16", "2025-10-17")


def test_what_the_sync_reads(store):
    assert all_right(store)


def test_without_a_due_date(store):
    assert invoice(store, due=None).due_on is None


@pytest.mark.parametrize("zone", ZONES)
def test_the_database_has_the_same_rule(db, zone):
    with connection.cursor() as cursor:
        cursor.execute("SELECT mirror_day(at, %s) FROM unnest(%s::timestamptz[]) AS at", [zone, MOMENTS])
        found = [day for (day,) in cursor.fetchall()]
    assert found == [day_of(moment, ZoneInfo(zone)) for moment in MOMENTS]


def test_the_database_knows_every_zone_that_a_store_can_be_in(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_timezone_names")
        known = {name for (name,) in cursor.fetchall()}
    assert available_timezones() - known == {"localtime"}
    with pytest.raises(ValidationError, match="not a time zone"):
        validate_time_zone("localtime")


def test_a_store_moves_to_another_zone(angeles):
    row = invoice(angeles)
    angeles.time_zone = "Pacific/Kiritimati"
    connect(angeles)
    row.refresh_from_db()
    assert days(row) == ("2025-10-17", "2025-10-17")
    assert all_right(angeles)


def test_moving_writes_only_what_moves(angeles):
    def versions() -> list[tuple[int, str]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, ctid::text FROM mirror_invoice ORDER BY id")
            return cursor.fetchall()

    before = versions()
    recount_days(angeles)
    assert versions() == before


def test_a_pass_that_began_before_the_store_moved(angeles):
    began = Store.objects.get(pk=angeles.pk)
    angeles.time_zone = "Asia/Tokyo"
    connect(angeles)
    assert days(invoice(began)) == ("2025-10-17", "2025-10-17")


def test_rows_that_were_there_before_the_days(angeles):
    Invoice.objects.update(issued_on=None, due_on=None)
    Order.objects.update(placed_on=None)
    migration = importlib.import_module("arportal.mirror.migrations.0009_days")
    with connection.cursor() as cursor:
        cursor.execute(migration.FILL_INVOICES)
        cursor.execute(migration.FILL_ORDERS)
    assert all_right(angeles)
