"""A page of rows into a table in one statement: COPY to a temporary table, then insert what is new and
update what differs. Measured at many times the speed of the ORM, and it writes nothing that did not change."""

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any

from django.db import connection, models, transaction
from psycopg import sql


def upsert(
    model: type[models.Model],
    rows: Iterable[Mapping[str, Any]],
    *,
    key: Sequence[str],
    newest: str | None = None,
) -> int:
    """Writes `rows` (column → value, all with the same columns); returns how many were new or different.

    `newest` names a time column: a row whose time lies before the stored one is an old page and is ignored.
    """
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return 0
    names = _Names(model, list(first), key)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(names.make_incoming())
        with cursor.copy(names.copy_in()) as copy:
            for row in chain([first], rows):
                copy.write_row([_as_column(value) for value in row.values()])
        cursor.execute(names.merge(newest))
        changed: int = cursor.rowcount
        cursor.execute("DROP TABLE incoming")
    return changed


def _as_column(value: Any) -> Any:
    if isinstance(value, str):
        return _storable(value)
    if not isinstance(value, Mapping):
        return value
    text = _encode(value)
    return _storable(_encode(_without_nul(json.loads(text))) if "\\u0000" in text else text)


def as_json(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else dict(value)


# One encoder for all rows, without spaces and without looking for cycles, which JSON cannot hold: this is where
# most of our own time goes.
_encode = json.JSONEncoder(
    default=as_json, ensure_ascii=False, check_circular=False, separators=(",", ":")
).encode


def _storable(text: str) -> str:
    """PostgreSQL holds neither NUL nor half a character; JSON from elsewhere may bring both."""
    text = text.replace("\x00", "")
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(each) for key, each in value.items()}
    return [_without_nul(each) for each in value] if isinstance(value, list) else value


class _Names:
    """The statements of one upsert, with every name quoted."""

    def __init__(self, model: type[models.Model], columns: Sequence[str], key: Sequence[str]) -> None:
        self.table = sql.Identifier(model._meta.db_table)
        self.columns = [sql.Identifier(column) for column in columns]
        self.key = [sql.Identifier(column) for column in key]
        self.values = [sql.Identifier(column) for column in columns if column not in key]

    def make_incoming(self) -> sql.Composed:
        return sql.SQL("CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
            _listed(self.columns), self.table
        )

    def copy_in(self) -> sql.Composed:
        return sql.SQL("COPY incoming ({}) FROM STDIN").format(_listed(self.columns))

    def merge(self, newest: str | None) -> sql.Composed:
        return sql.SQL(
            "INSERT INTO {table} AS stored ({columns}) SELECT DISTINCT ON ({key}) {columns} FROM incoming"
            " ON CONFLICT ({key}) DO UPDATE SET ({values}) = ROW ({incoming})"
            " WHERE ({stored}) IS DISTINCT FROM ({incoming}) {guard}"
        ).format(
            table=self.table,
            columns=_listed(self.columns),
            key=_listed(self.key),
            values=_listed(self.values),
            incoming=_listed(self.values, "excluded"),
            stored=_listed(self.values, "stored"),
            guard=_not_older(newest),
        )


def _listed(names: Sequence[sql.Identifier], table: str = "") -> sql.Composed:
    prefix = sql.SQL(f"{table}." if table else "")
    return sql.SQL(", ").join(prefix + name for name in names)


def _not_older(newest: str | None) -> sql.Composable:
    if newest is None:
        return sql.SQL("")
    return sql.SQL("AND (excluded.{0} >= stored.{0}) IS NOT FALSE").format(sql.Identifier(newest))
