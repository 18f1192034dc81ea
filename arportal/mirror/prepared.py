"""Statements that PostgreSQL plans once a connection: it takes longer to plan a long one than to carry it out."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from psycopg import Cursor


class PreparedCursor(Cursor[tuple[Any, ...]]):
    """Sends values beside the statement, not within its text, and has each statement prepared the first time."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> "PreparedCursor":
        return super().execute(query, params, **(options | {"prepare": True}))


@contextmanager
def prepared_cursor() -> Iterator[PreparedCursor]:
    """A cursor in the transaction of Django's connection; its errors are Django's."""
    with (
        connection.cursor() as plain,
        connection.wrap_database_errors,
        PreparedCursor(plain.connection) as cursor,
    ):
        yield cursor
