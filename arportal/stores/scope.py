"""The scope of a request: whose rows the database hands to the web server, a person's memberships and one store's.

The policies of row_security.py read this from the name of the connection, `arportal person=7 store=3`, and without it
they show nothing. It is the connection's name, and not a setting of our own, because PgBouncer carries this one from
one server connection to the next: it holds in its transaction mode, too.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from psycopg.pq import TransactionStatus


@dataclass(frozen=True, slots=True)
class Scope:
    person: int | None = None
    store: int | None = None

    def __str__(self) -> str:
        person = "" if self.person is None else f" person={self.person}"
        store = "" if self.store is None else f" store={self.store}"
        return f"arportal{person}{store}"

    @property
    def sql(self) -> bytes:
        """The statement that takes it on; `SET` costs half of what `SELECT set_config(…)` does."""
        return f"SET application_name = '{self}'".encode()


_scope: ContextVar[Scope] = ContextVar("scope", default=Scope())  # noqa: B039 - frozen


def enter_person(user_id: int) -> None:
    """Opens this person's memberships, and the stores they are of, to the end of the request."""
    _enter(Scope(person=user_id))


def enter_store(store_id: int) -> None:
    """Opens the rows of this store, to be read and written, to the end of the request."""
    _enter(replace(_scope.get(), store=store_id))


@contextmanager
def as_person(user_id: int) -> Iterator[None]:
    """The same for a while, for what is done for somebody who is not signed in, or not yet."""
    with _kept():
        enter_person(user_id)
        yield


@contextmanager
def in_store(store_id: int) -> Iterator[None]:
    """The same for a while, for what goes through several stores."""
    with _kept():
        enter_store(store_id)
        yield


def new_store_id() -> int:
    """The number of a store to be: its first row is written in its own scope, too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('stores_store', 'id'))")
        number: int = cursor.fetchone()[0]
    return number


class StoreScope:
    """Middleware: a request begins with nobody's rows, and leaves none behind on its connection."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with _kept():
            _enter(Scope())
            response = self._get_response(request)
            if isinstance(response, StreamingHttpResponse):
                content: Iterator[bytes] = iter(response.streaming_content)  # type: ignore[arg-type]  # no async here
                response.streaming_content = _streamed(content, _scope.get())
        return response

    def process_view(self, request: Any, *_view: Any) -> None:
        if request.user.is_authenticated:
            enter_person(request.user.pk)


def directory() -> dict[str, int]:
    """Slug → id of every store, by id. A request of nobody may read this, and nothing else of a store."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT slug, id FROM stores_directory() ORDER BY id")
        return dict(cursor.fetchall())


def _streamed(content: Iterator[bytes], scope: Scope) -> Iterator[bytes]:
    """The content, read in the scope of the request, though after the middleware and maybe in another thread."""
    with _kept():
        _enter(scope)
        yield from content


@contextmanager
def _kept() -> Iterator[None]:
    """Afterwards the scope is as it was before."""
    before = _scope.get()
    try:
        yield
    finally:
        _enter(before)


def _enter(scope: Scope) -> None:
    _scope.set(scope)
    # A connection that is opened later is told then; so is the one that follows one that was cut.
    if connection.connection is not None:
        try:
            _tell(connection)
        except psycopg.Error:
            connection.close()


@receiver(connection_created)
def _tell(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Renames the connection; one from the pool may have worked for anybody before."""
    session = connection.connection
    if not settings.IS_CONFINED or session.closed:
        return
    # A transaction that failed takes nothing more, and has the name of before when it is rolled back.
    if session.info.transaction_status != TransactionStatus.INERROR:
        # Not by Django's cursor: this is no query of the page.
        session.execute(_scope.get().sql, prepare=False)
