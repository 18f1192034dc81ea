"""Writes many rows at once, without the ORM's work for each: a large store must be seeded in a minute or so."""

import json
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import Field, JSONField, Model

BATCH = 2000


def write(rows: Sequence[Model]) -> None:
    """All rows are of one model; values must already be what SQLite stores, but for JSON."""
    if not rows:
        return
    fields = type(rows[0])._meta.concrete_fields
    read = attrgetter(*(field.attname for field in fields))
    shape = [_as_stored(field) for field in fields]
    with connection.cursor() as cursor:
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            cursor.executemany(_insert(rows[0]), [_values(read(row), shape) for row in batch])


def _as_stored(field: "Field[Any, Any]") -> Callable[[Any], Any] | None:
    return _compact if isinstance(field, JSONField) else None


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _values(values: tuple[Any, ...], shape: list[Callable[[Any], Any] | None]) -> list[Any]:
    return [convert(value) if convert else value for value, convert in zip(values, shape, strict=True)]


def _insert(row: Model) -> str:
    quote = connection.ops.quote_name
    columns = [quote(str(field.column)) for field in row._meta.concrete_fields]
    marks = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {quote(row._meta.db_table)} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our names
