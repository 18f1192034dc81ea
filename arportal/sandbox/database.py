"""One SQLite connection for all threads, one request at a time, and a snapshot to return to."""

import contextlib
import sqlite3
import threading
import zlib
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

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


def prepare() -> bool:
    """Make the tables unless they are there; True when nothing has been seeded yet."""
    models = list(apps.get_app_config("sandbox").get_models())
    if not connection.introspection.table_names():
        with connection.schema_editor() as editor:
            for model in models:
                editor.create_model(model)
        _raw().execute(f"PRAGMA user_version = {_shape(models)}")
    elif _raw().execute("PRAGMA user_version").fetchone()[0] != _shape(models):
        raise ValueError(
            "The database file was made by another version of the sandbox; delete it to start anew."
        )
    return not apps.get_model("sandbox", "Company")._default_manager.exists()


def _shape(models: list[type[Model]]) -> int:
    """A number for the tables and columns, to recognise a file of another version."""
    columns = [f"{model._meta.db_table}.{f.column}" for model in models for f in model._meta.concrete_fields]
    return zlib.crc32("\n".join(columns).encode()) & 0x7FFFFFFF


def _raw() -> Any:
    return connection.connection


def take_snapshot(file: str, *, is_new: bool) -> None:
    """Remember the seeded state: beside a database file, or in a temporary one for memory."""
    global _snapshot
    beside = "" if file == ":memory:" else f"{file}.seeded"
    if beside and (is_new or not Path(beside).exists()):
        with contextlib.closing(sqlite3.connect(f"{beside}.part")) as part:
            _raw().backup(part)
        Path(f"{beside}.part").replace(beside)
    _snapshot = sqlite3.connect(beside, check_same_thread=False)
    if not beside:
        _raw().backup(_snapshot)


def restore() -> None:
    if _snapshot is not None:
        _snapshot.backup(_raw())
