"""A page of rows into a table, in one statement that inserts what is new and updates what differs.

The rows travel as one JSON document, and their packed records beside it in one piece: neither side turns over
value by value, and no temporary table is made. Measured at many times the speed of the ORM, and it writes nothing
that did not change.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import accumulate
from typing import Any

from django.db import connection, models
from psycopg import sql

from arportal.mirror.prepared import prepared_cursor
from arportal.mirror.raw import as_json, pack

Row = Mapping[str, Any]
RAW, SIZE = "raw", "raw_size"
# In the document, `raw` is where among the packed records the row's own begins.
_RAW_RECORD = sql.SQL("substring(%(packed)s::bytea FROM raw FOR raw_size) AS raw")
_UPSERT = sql.SQL(
    "INSERT INTO {table} AS stored ({columns})"
    " SELECT DISTINCT ON ({incoming_key}) {incoming_columns}"
    " FROM (SELECT {read} FROM json_to_recordset(%(rows)s::json) AS document ({types})) AS incoming"
    # Rows that are as they were end here: ON CONFLICT would lock each, which writes to it.
    " LEFT JOIN {table} AS known ON ({known_key}) = ({incoming_key})"
    " WHERE ({known}) IS DISTINCT FROM ({incoming})"
    " ON CONFLICT ({key}) DO UPDATE SET ({values}) = ROW ({excluded})"
    " WHERE ({stored}) IS DISTINCT FROM ({excluded}) {guard}"
    " RETURNING stored.{last}"
)
_NOT_OLDER = sql.SQL("AND (excluded.{newest} >= stored.{newest}) IS NOT FALSE")


def upsert(
    model: type[models.Model], rows: Iterable[Row], *, key: Sequence[str], newest: str | None = None
) -> int:
    """Writes `rows` (column → value, all with the same columns); returns how many were new or different.

    `newest` names a time column: a row whose time lies before the stored one is an old page and is ignored.
    """
    return len(upserted(model, rows, key=key, newest=newest))


def upserted(
    model: type[models.Model], rows: Iterable[Row], *, key: Sequence[str], newest: str | None = None
) -> list[Any]:
    """Writes `rows` as `upsert` does; returns the last column of the key of those that were new or different."""
    rows = list(rows)
    if not rows:
        return []
    packed = [pack(row.get(RAW)) for row in rows]
    begins = accumulate(map(len, packed), initial=1)
    document = [
        {**row, RAW: begin, SIZE: len(record)}
        for row, record, begin in zip(rows, packed, begins, strict=False)
    ]
    values = {"rows": as_json(document), "packed": b"".join(packed)}
    # Django's own cursor would write the records into the text of the statement, at twice their size.
    with prepared_cursor() as cursor:
        cursor.execute(_statement(model, tuple(rows[0]), tuple(key), newest), values)
        return [last for (last,) in cursor.fetchall()]


@cache
def _statement(
    model: type[models.Model], columns: tuple[str, ...], key: tuple[str, ...], newest: str | None
) -> str:
    values = [column for column in columns if column not in key]
    types = {column: model._meta.get_field(column).db_type(connection) for column in columns}
    types |= {RAW: "integer", SIZE: "integer"}
    read = [_RAW_RECORD if column == RAW else sql.Identifier(column) for column in columns]
    return _UPSERT.format(
        table=sql.Identifier(model._meta.db_table),
        columns=_listed(columns),
        incoming_columns=_listed(columns, "incoming"),
        read=sql.SQL(", ").join(read),
        types=sql.SQL(", ").join(
            sql.Identifier(name) + sql.SQL(f" {type_}") for name, type_ in types.items()
        ),
        key=_listed(key),
        known_key=_listed(key, "known"),
        incoming_key=_listed(key, "incoming"),
        values=_listed(values),
        known=_listed(values, "known"),
        incoming=_listed(values, "incoming"),
        stored=_listed(values, "stored"),
        excluded=_listed(values, "excluded"),
        last=sql.Identifier(key[-1]),
        guard=_NOT_OLDER.format(newest=sql.Identifier(newest)) if newest else sql.SQL(""),
    ).as_string()


def _listed(columns: Sequence[str], table: str = "") -> sql.Composed:
    prefix = sql.SQL(f"{table}." if table else "")
    return sql.SQL(", ").join(prefix + sql.Identifier(column) for column in columns)
