"""One SQLite connection for all threads, one request at a time, and a snapshot to return to."""

import sqlite3
import threading
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

TURN = threading.RLock()  # whoever holds it may use the database

_shared: BaseDatabaseWrapper | None = None
_snapshot: sqlite3.Connection | None = None


def open_for_all_threads() -> None:
    global _shared
    connection.ensure_connection()
    connection.inc_thread_sharing()
    _shared = connections["default"]


def adopt() -> None:
    """Let the current thread use the shared connection."""
    if _shared is not None:
        connections["default"] = _shared


def is_empty() -> bool:
    return not connection.introspection.table_names()


def create_tables() -> None:
    with connection.schema_editor() as editor:
        for model in apps.get_app_config("sandbox").get_models():
            editor.create_model(model)


def _raw() -> Any:
    return connection.connection


def take_snapshot(file: str) -> None:
    """Remember the seeded state: beside a database file, or in a temporary one for memory."""
    global _snapshot
    beside = "" if file == ":memory:" else f"{file}.seeded"
    is_new = not beside or not Path(beside).exists()
    _snapshot = sqlite3.connect(beside, check_same_thread=False)
    if is_new:
        _raw().backup(_snapshot)


def restore() -> None:
    if _snapshot is not None:
        _snapshot.backup(_raw())
