"""The days that stand beside moments of the API: see `b2b.day_of`, which is `mirror_day` in the database."""

from typing import ClassVar

from django.db.models import DateField, F, Func, Q, Value

from arportal.mirror.models import Invoice, Order
from arportal.mirror.models.rows import MirrorRow
from arportal.mirror.rows.signals import days_recounted
from arportal.stores.models import Store

# Column of a day → column of the moment that it comes from.
DAYS: dict[type[MirrorRow], dict[str, str]] = {
    Invoice: {"issued_on": "issued_at", "due_on": "due_at"},
    Order: {"placed_on": "created_at"},
}


class Day(Func):
    """The day that a column's moment stands for in a time zone."""

    function = "mirror_day"
    output_field: ClassVar = DateField()

    def __init__(self, moment: str, zone: str) -> None:
        super().__init__(F(moment), Value(zone))


def recount_days(store: Store) -> None:
    """Brings the days of the store's rows to its time zone, one statement a table; writes only those that move."""
    for model, columns in DAYS.items():
        days = {day: Day(moment, store.time_zone) for day, moment in columns.items()}
        moved = Q()
        for day, moment in columns.items():
            moved |= Q((f"{moment}__isnull", False)) & ~Q((day, days[day]))
        model._default_manager.filter(moved, store=store).update(**days)
    days_recounted.send(Store, store=store)
