"""Writes many rows at once, without the ORM's work for each: a large store must be seeded in a minute or so."""

import json
from collections.abc import Sequence
from operator import attrgetter

from django.db import connection
from django.db.models import JSONField, Model

_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def write(rows: Sequence[Model]) -> None:
    """Insert rows of one model; values must already be what SQLite stores, but for JSON."""
    if not rows:
        return
    meta = type(rows[0])._meta
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in meta.concrete_fields)
    marks = ", ".join(["%s"] * len(meta.concrete_fields))
    read = attrgetter(*(field.attname for field in meta.concrete_fields))
    is_json = [isinstance(field, JSONField) for field in meta.concrete_fields]
    values = [
        [_compact(value) if as_json else value for value, as_json in zip(read(row), is_json, strict=True)]
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({marks})",  # noqa: S608 - our names
            values,
        )
