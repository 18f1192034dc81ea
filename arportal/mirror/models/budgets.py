import datetime as dt
import json
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from arportal.mirror.prepared import prepared_cursor
from arportal.stores.models import Store

# By hand and prepared: every request to a store passes here four times, and Django would take longer to write these
# two statements, and PostgreSQL to plan them, than to answer them.
_READ = """
SELECT {}, store.reserve, clock_timestamp()
FROM mirror_requestbudget budget JOIN stores_store store ON store.id = budget.store_id
WHERE store.id = %s
"""
_WRITE = "UPDATE mirror_requestbudget SET {} WHERE store_id = %s AND version = %s"


class RequestBudgetManager(models.Manager["RequestBudget"]):
    def read(self, store_id: int) -> "RequestBudget | None":
        """The store's row, with `reserve` and `now`."""
        fields = self.model._meta.concrete_fields
        columns = ", ".join(f'budget."{field.column}"' for field in fields)
        with prepared_cursor() as cursor:
            row = cursor.execute(_READ.format(columns), [store_id]).fetchone()
        if row is None:
            return None
        *values, reserve, now = row
        budget = self.model.from_db(self.db, [field.attname for field in fields], values)
        budget.turns = json.loads(budget.turns)
        budget.reserve, budget.now = reserve, now
        return budget

    def write(self, budget: "RequestBudget") -> bool:
        """Writes the row, unless somebody else wrote since it was read: then False."""
        fields = [field for field in self.model._meta.concrete_fields if not field.primary_key]
        version = budget.version
        budget.version += 1
        values = [field.get_db_prep_save(getattr(budget, field.attname), connection) for field in fields]
        assignments = ", ".join(f'"{field.column}" = %s' for field in fields)
        with prepared_cursor() as cursor:
            cursor.execute(_WRITE.format(assignments), [*values, budget.pk, version])
            return bool(cursor.rowcount)


class RequestBudget(models.Model):
    """The state of requests to a store that all processes share: the API's window, our turns in it, its health.

    `scheduler.py`, `rate_limit_headers.py` and `breaker.py` in `mirror/rate_limit` hold the rules; `budget.py`
    alone reads and writes it.
    """

    store = models.OneToOneField(Store, on_delete=models.CASCADE, primary_key=True, related_name="+")
    # Counts the writes: whoever read an older version must read again before writing.
    version = models.BigIntegerField(default=0)

    # Requests a store has in a window, everybody's together; ours to assume until the API tells.
    allocated = models.IntegerField()
    window = models.DurationField(default=dt.timedelta(seconds=60))
    # What the API last told, less the turns given since; None when nothing is known of the present window.
    remaining = models.IntegerField(null=True)
    resets_at = models.DateTimeField(null=True)
    # Whether the API counts the last minute at every moment instead of fixed windows.
    looks_back = models.BooleanField(default=False)
    # Requests of the store's other systems: in the last window or minute, and in this one so far.
    other_clients = models.IntegerField(default=0)
    other_clients_so_far = models.IntegerField(default=0)

    next_turn = models.DateTimeField(null=True)
    # Turns whose answer has not come, oldest first.
    in_flight: Any = ArrayField(models.DateTimeField(), default=list)
    # Turns given lately: second since 1970 → how many.
    turns: Any = models.JSONField(default=dict)

    failures = models.SmallIntegerField(default=0)
    # While this is set the circuit is open; from this moment on one request may try.
    opens_until = models.DateTimeField(null=True)
    opens_for = models.DurationField(default=dt.timedelta())
    problem = models.TextField(blank=True)

    objects = RequestBudgetManager()

    # Only of a row that was just read: what the store keeps free, and the database's time.
    reserve: int
    now: dt.datetime

    def __str__(self) -> str:
        return f"Requests of store {self.store_id}"

    @property
    def counted_turns(self) -> list[tuple[int, int]]:
        """Our turns of late, in order: second since 1970, and how many of that second."""
        return sorted((int(second), count) for second, count in self.turns.items())

    def count_turn(self, turn: dt.datetime, *, keep: int) -> None:
        """Counts a turn, and forgets those of more than `keep` seconds before it."""
        if self.remaining is not None:
            self.remaining -= 1
        self.in_flight.append(turn)
        latest = int(turn.timestamp())
        counts = {second: count for second, count in self.counted_turns if second >= latest - keep}
        counts[latest] = counts.get(latest, 0) + 1
        self.turns = {str(second): count for second, count in counts.items()}
