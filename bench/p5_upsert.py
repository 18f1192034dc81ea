"""P5: a page of invoices into a table that knows some of them: our one statement against the ORM's fastest way,
from the same columns and values to the same committed rows.

100 of the page's 250 invoices are new, 50 have changed and 100 have not: a page of a busy store's short pass.
"""

import datetime as dt
from collections.abc import Callable
from functools import partial

from bench import invoices
from bench.result import Result
from bench.stores import add_store
from bench.timing import times_faster

NAME = "P5 upsert of 250 invoices of 12 lines (100 new, 50 changed, 100 as before)"
TARGET = ">= 3x bulk_create(update_conflicts), same rows"
LEAST = 3
PAGE, OLD, CHANGED = 250, 150, 50
OTHERS = 5_000


def measure() -> Result:
    rows = _rows_of_a_page()
    _remember_before()
    ours = partial(_statement, rows)
    bulk = partial(_bulk, rows)
    is_same = all(_leaves(way, rows) for way in (ours, bulk))
    times = times_faster(ours, bulk, rounds=15, prepare=_bring_back)
    measured = f"{times:.1f}x bulk_create, {'same' if is_same else 'OTHER'} rows"
    return Result(measured, times >= LEAST and is_same)


def _rows_of_a_page() -> list[dict]:
    """The columns of a page of 250, once it is in the table among others."""
    from arportal import b2b
    from arportal.mirror.store import save_invoices

    store = add_store("p5")
    for first in range(0, PAGE + OTHERS, PAGE):
        page = invoices.page(first, first + PAGE, lines=invoices.MANY)
        save_invoices(store, [b2b.Invoice.parse(record) for record in page])
    return _stored()


def _stored() -> list[dict]:
    from arportal.mirror.models import Invoice

    return list(Invoice.objects.filter(api_id__lt=PAGE).order_by("api_id").values(*_columns()))


def _columns() -> list[str]:
    """The columns that are written: neither the key nor what the database makes of the others by itself."""
    from arportal.mirror.models import Invoice

    fields = Invoice._meta.concrete_fields
    return [field.attname for field in fields if not (field.primary_key or field.generated)]


def _remember_before() -> None:
    from arportal.mirror.models import Invoice

    changed = list(Invoice.objects.filter(api_id__lt=CHANGED))
    for invoice in changed:
        invoice.status, invoice.raw = 0, invoice.raw | {"status": 0}
        invoice.updated_at -= dt.timedelta(days=1)
    Invoice.objects.bulk_update(changed, ["status", "raw", "updated_at"])
    columns = ", ".join(_columns())
    _execute(f"CREATE TABLE before AS SELECT {columns} FROM mirror_invoice WHERE api_id < %(old)s")  # noqa: S608


def _bring_back() -> None:
    columns = ", ".join(_columns())
    _execute(
        "DELETE FROM mirror_invoice WHERE api_id < %(page)s",
        f"INSERT INTO mirror_invoice ({columns}) SELECT {columns} FROM before",  # noqa: S608 - names of ours
    )


def _execute(*statements: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, {"page": PAGE, "old": OLD})


def _leaves(way: Callable[[], None], rows: list[dict]) -> bool:
    """True if the way leaves these rows in the table, and others were there before."""
    _bring_back()
    was_other = _stored() != rows
    way()
    return was_other and _stored() == rows


def _statement(rows: list[dict]) -> None:
    from arportal.mirror.models import Invoice
    from arportal.mirror.rows.upsert import upsert
    from arportal.mirror.store.rows import KEY

    assert upsert(Invoice, rows, key=KEY, newest="updated_at") == PAGE - OLD + CHANGED


def _bulk(rows: list[dict]) -> None:
    from arportal.mirror.models import Invoice

    Invoice.objects.bulk_create(
        [Invoice(**row) for row in rows],
        update_conflicts=True,
        unique_fields=["store", "api_id"],
        update_fields=[name for name in rows[0] if name not in ("store_id", "api_id")],
    )
