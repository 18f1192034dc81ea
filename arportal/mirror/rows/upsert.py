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
from psycopg import Cursor, sql

from arportal.mirror.raw import as_json, pack

Row = Mapping[str, Any]
RAW, SIZE = "raw", "raw_size"


def upsert(
    model: type[models.Model], rows: Iterable[Row], *, key: Sequence[str], newest: str | None = None
) -> int:
    """Writes `rows` (column → value, all with the same columns); returns how many were new or different.

    `newest` names a time column: a row whose time lies before the stored one is an old page and is ignored.
    """
    rows = list(rows)
    if not rows:
        return 0
    statement = _statement(model, tuple(rows[0]), tuple(key), newest)
    with (
        connection.cursor() as plain,
        connection.wrap_database_errors,
        # Django's own cursor would write the records into the text of the statement, at twice their size.
        Cursor(plain.connection) as cursor,
    ):
        cursor.execute(statement, _travelling(rows), prepare=True)
        return cursor.rowcount


def _travelling(rows: Sequence[Row]) -> dict[str, Any]:
    """In the document, `raw` says where among the packed records a row's own begins."""
    packed = [pack(row.get(RAW)) for row in rows]
    begins = accumulate(map(len, packed), initial=1)
    document = [
        {**row, RAW: begin, SIZE: len(record)}
        for row, record, begin in zip(rows, packed, begins, strict=False)
    ]
    return {"rows": as_json(document), "packed": b"".join(packed)}


@cache
def _statement(
    model: type[models.Model], columns: tuple[str, ...], key: tuple[str, ...], newest: str | None
) -> str:
    values = [column for column in columns if column not in key]
    statement = sql.SQL(
        "INSERT INTO {table} AS stored ({columns})"
        " SELECT DISTINCT ON ({incoming_key}) {incoming_columns}"
        " FROM (SELECT {read} FROM json_to_recordset(%(rows)s::json) AS document ({types})) AS incoming"
        # Rows that are as they were end here: ON CONFLICT would lock each, which writes to it.
        " LEFT JOIN {table} AS known ON ({known_key}) = ({incoming_key})"
        " WHERE ({known}) IS DISTINCT FROM ({incoming})"
        " ON CONFLICT ({key}) DO UPDATE SET ({values}) = ROW ({excluded})"
        " WHERE ({stored}) IS DISTINCT FROM ({excluded}) {guard}"
    ).format(
        table=sql.Identifier(model._meta.db_table),
        columns=_listed(columns),
        incoming_columns=_listed(columns, "incoming"),
        read=sql.SQL(", ").join(map(_read, columns)),
        types=sql.SQL(", ").join(_typed(model, column) for column in (*columns, SIZE)),
        key=_listed(key),
        known_key=_listed(key, "known"),
        incoming_key=_listed(key, "incoming"),
        values=_listed(values),
        guard=_not_older(newest),
        **{each: _listed(values, each) for each in ("known", "incoming", "stored", "excluded")},
    )
    return statement.as_string()


def _read(column: str) -> sql.Composable:
    if column != RAW:
        return sql.Identifier(column)
    return sql.SQL("substring(%(packed)s::bytea FROM {raw} FOR {size}) AS {raw}").format(
        raw=sql.Identifier(RAW), size=sql.Identifier(SIZE)
    )


def _typed(model: type[models.Model], column: str) -> sql.Composed:
    type_of = "integer" if column in (RAW, SIZE) else str(model._meta.get_field(column).db_type(connection))
    return sql.Identifier(column) + sql.SQL(f" {type_of}")


def _listed(columns: Sequence[str], table: str = "") -> sql.Composed:
    prefix = sql.SQL(f"{table}." if table else "")
    return sql.SQL(", ").join(prefix + sql.Identifier(column) for column in columns)


def _not_older(newest: str | None) -> sql.Composable:
    if newest is None:
        return sql.SQL("")
    return sql.SQL("AND (excluded.{0} >= stored.{0}) IS NOT FALSE").format(sql.Identifier(newest))
