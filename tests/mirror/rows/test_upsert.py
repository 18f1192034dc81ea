"""Rows into a table in one statement."""

import datetime as dt
from decimal import Decimal

from django.db import connection

from arportal.mirror.models import Company, ExtraField
from arportal.mirror.rows.upsert import upsert, upserted

KEY = ("store_id", "api_id")
NOON = dt.datetime(2026, 5, 4, 12, 0, tzinfo=dt.UTC)


def row(store, **changed):
    plain = {"store_id": store.pk, "api_id": 501, "gone_at": None, "raw": {}, "name": "Anvil & Co"}
    rest = {
        "email": "",
        "phone": "",
        "status": 1,
        "city": "",
        "country": "",
        "created_at": None,
        "extra_fields": [],
    }
    return plain | rest | {"updated_at": NOON} | changed


def put(store, **changed):
    return upsert(Company, [row(store, **changed)], key=KEY, newest="updated_at")


def test_it_works(store):
    assert put(store) == 1
    assert Company.objects.get(api_id=501).name == "Anvil & Co"


def test_the_same_row_again_writes_nothing(store):
    put(store)
    assert put(store) == 0


def test_the_same_row_again_is_not_even_locked(store):
    put(store)
    put(store)
    with connection.cursor() as cursor:
        # PostgreSQL writes into a row who has locked it.
        cursor.execute("SELECT xmax::text FROM mirror_company WHERE api_id = 501")
        assert cursor.fetchall() == [("0",)]


def test_each_row_keeps_its_own_record(store):
    memos = {api_id: f"Memo {api_id} " * (api_id % 7 * 40) for api_id in range(501, 521)}
    rows = [row(store, api_id=api_id, raw={"memo": memo}) for api_id, memo in memos.items()]
    assert upsert(Company, rows, key=KEY, newest="updated_at") == 20
    saved = Company.objects.filter(api_id__in=memos)
    assert {each.api_id: each.raw["memo"] for each in saved} == memos


def test_a_record_alone_has_changed(store):
    put(store, raw={"memo": "first"})
    assert put(store, raw={"memo": "second"}) == 1
    assert Company.objects.get(api_id=501).raw == {"memo": "second"}


def test_a_changed_row_is_updated(store):
    put(store)
    assert put(store, name="Anvil Ltd") == 1
    assert Company.objects.get(api_id=501).name == "Anvil Ltd"


def test_an_older_row_is_ignored(store):
    put(store)
    assert put(store, name="From an old page", updated_at=NOON - dt.timedelta(seconds=1)) == 0


def test_the_rows_that_are_new_or_different_are_named(store):
    """By the last column of the key."""
    rows = [row(store, api_id=501), row(store, api_id=502)]
    assert sorted(upserted(Company, rows, key=KEY)) == [501, 502]
    assert upserted(Company, [rows[0], rows[1] | {"name": "Anvil Ltd"}], key=KEY) == [502]
    assert upserted(Company, [rows[1]], key=KEY[::-1]) == [store.pk]


def test_of_a_longer_key_too_the_last_column_is_named(store):
    field = {
        "store_id": store.pk,
        "of": "orders",
        "name": "Project 7",
        "type": 0,
        "is_required": False,
        "raw": {},
    }
    assert upserted(ExtraField, [field], key=("store_id", "of", "name")) == ["Project 7"]


def test_no_rows(store):
    assert upsert(Company, [], key=KEY) == 0


def test_a_row_met_twice_in_a_page(store):
    assert upsert(Company, [row(store), row(store)], key=KEY) == 1


def test_what_postgresql_cannot_hold_is_left_out(store):
    put(store, name="Nul\x00l", raw={"a\x00": ["b\x00", "\\u0000"]})
    company = Company.objects.get(api_id=501)
    assert (company.name, company.raw) == ("Null", {"a": ["b", "\\u0000"]})


def test_half_a_character_is_replaced(store):
    put(store, name="caf\ud83d", raw={"name": "caf\ud83d"})
    company = Company.objects.get(api_id=501)
    assert (company.name, company.raw) == ("caf?", {"name": "caf?"})


def test_json_numbers_keep_their_digits(store):
    put(store, raw={"credit": Decimal("12.3400")})
    assert Company.objects.get(api_id=501).raw == {"credit": "12.3400"}


def test_tabs_and_line_breaks_survive(store):
    put(store, name="A\tB\nC\\N")
    assert Company.objects.get(api_id=501).name == "A\tB\nC\\N"
