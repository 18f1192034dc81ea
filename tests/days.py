"""Rows that tests write to the mirror themselves have the days that the writer would give them."""

from collections.abc import Mapping
from typing import Any

from arportal.b2b import day_of
from arportal.mirror.models import Invoice
from arportal.mirror.rows.days import DAYS
from arportal.stores.models import Store


def with_days(store: Store, invoice: Mapping[str, Any]) -> dict[str, Any]:
    """The invoice's columns with `issued_on` and `due_on`, unless they are there."""
    moments = {day: invoice[moment] for day, moment in DAYS[Invoice].items()}
    return {day: at and day_of(at, store.zone) for day, at in moments.items()} | dict(invoice)
