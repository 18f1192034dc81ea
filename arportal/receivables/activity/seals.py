"""The seal of a row: SHA-256 over the seal before it, its position, and all that it says.

A row about a Change is sealed together with the Change: what was asked for with the row that says so, what became of
it with the row of the outcome. So the Change needs no copy, and altering it breaks the chain at that row.
"""

import datetime as dt
import hashlib
import json
from decimal import Decimal
from typing import Any
from uuid import UUID

from arportal.receivables.models import Change
from arportal.stores.models import Activity

FIELDS = (
    "id",
    "store_id",
    "at",
    "actor_id",
    "who",
    "kind",
    "words",
    "company_id",
    "about",
    "about_id",
    "change_id",
    "details",
)
# Of a Change nothing else stays as it is: reconciliation may find that another payment is the one it made, and the
# row of the outcome has the first one's id.
ASKED = (
    "store_id",
    "actor_id",
    "verb",
    "company_id",
    "credit_id",
    "payload",
    "before",
    "amount",
    "currency",
    "batch",
    "asked_at",
)
# `after` is a forecast until the store has answered.
OUTCOME = (
    "state",
    "after",
    "attempts",
    "error",
    "request_id",
    "approved_by_id",
    "approved_at",
    "settled_at",
)
SEALED_WITH = {Activity.Kind.CHANGE.value: ASKED, Activity.Kind.OUTCOME.value: OUTCOME}


def seal_of(before: str, position: int, row: Activity, change: Change | None) -> str:
    """`before` is the seal at the position before this one, "" at the first. `change` is the one the row names; None
    where there is none, or no longer."""
    content = _values(row, FIELDS)
    if fields := SEALED_WITH.get(row.kind):
        content["change"] = _values(change, fields) if change else None
    text = json.dumps([before, position, content], sort_keys=True, ensure_ascii=False, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def changes_of(rows: list[Activity]) -> dict[UUID, Change]:
    """The Changes that are sealed with these rows, by id."""
    ids = {row.change_id for row in rows if row.kind in SEALED_WITH and row.change_id}
    return Change.objects.only("pk", *ASKED, *OUTCOME).in_bulk(ids)


def _values(row: Activity | Change, fields: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in fields}


def _plain(value: object) -> str:
    match value:
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
        case Decimal():
            return f"{value:f}"
    return str(value)
