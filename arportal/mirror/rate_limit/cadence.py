"""The cadence at which each list is asked for.

It is such that a quiet pass costs a store at most MOST_REQUESTS of its 150 a minute: two for the lists that every
pass reads, LISTS_A_PASS for others that are due, one page of owed invoices and one company's credit and terms.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from arportal.mirror.models import Watermark
from arportal.stores.models import Store

MOST_REQUESTS = 9
LISTS_A_PASS = 4
PASS = dt.timedelta(minutes=1)
# A list is due this much early: the passes until then have room for all that are due together.
EARLY = 1.5 * PASS


@dataclass(frozen=True)
class Cadence:
    """A list is asked for every so often; `requests` is what that costs while nothing has changed."""

    every: dt.timedelta
    requests: int = 1


_EVERY_PASS = Cadence(PASS)
_SOON = Cadence(dt.timedelta(minutes=5))
_HOURLY = Cadence(dt.timedelta(hours=1))
METHODS, CHANNELS = "payment methods", "channels"
EXTRA_FIELDS_OF = ("invoices", "orders", "companies", "users")
CADENCES: Mapping[str, Cadence] = {
    "companies": _SOON,
    "buyers": Cadence(_SOON.every, requests=2),
    "invoices": _EVERY_PASS,
    "orders": _SOON,
    "payments": _EVERY_PASS,
    "receipts": _SOON,
    "receipt lines": _SOON,
    METHODS: Cadence(_SOON.every, requests=2),
    CHANNELS: _HOURLY,
    **{f"extra fields of {name}": _HOURLY for name in EXTRA_FIELDS_OF},
}
# One company's credit and terms are not asked for again sooner.
CREDIT_TERMS_EVERY = dt.timedelta(minutes=15)
# A change in a list makes these due in the same pass: what may have changed, or come, with it.
TOGETHER: Mapping[str, frozenset[str]] = {
    "companies": frozenset({"buyers"}),
    "invoices": frozenset({"companies"}),
    "orders": frozenset({"companies", "buyers"}),
    "payments": frozenset({"companies", "receipts", "receipt lines"}),
}


def due_lists(store: Store, now: dt.datetime) -> set[str]:
    """The lists that a pass beginning `now` asks for: all urgent ones, then the most pressing there is room for."""
    marks = {mark.resource: mark for mark in Watermark.objects.filter(store=store, resource__in=CADENCES)}
    chosen = {
        name
        for name in CADENCES
        if CADENCES[name] is _EVERY_PASS or name not in marks or marks[name].is_urgent
    }
    waiting = sorted(
        (CADENCES[name].every, mark.due_at, name)
        for name, mark in marks.items()
        if name not in chosen and mark.due_at is not None and mark.due_at <= now
    )
    room = LISTS_A_PASS
    for _every, _due_at, name in waiting:
        if CADENCES[name].requests <= room:
            room -= CADENCES[name].requests
            chosen.add(name)
    return chosen


def next_due(name: str, now: dt.datetime, *, spread: bool) -> dt.datetime:
    """The moment from which a list that was read `now` is due again.

    With `spread`, lists that were all read by one pass are not all due in one pass again.
    """
    cadence = CADENCES[name]
    wait = cadence.every - EARLY
    if not spread:
        return now + wait
    alike = [other for other in CADENCES if CADENCES[other].every == cadence.every]
    return now + wait * (alike.index(name) + 1) / len(alike)


def want(store: Store, name: str) -> None:
    """Makes a list due in the next pass: something in it has changed, a message says."""
    Watermark.objects.update_or_create(store=store, resource=name, defaults={"wanted_at": timezone.now()})
