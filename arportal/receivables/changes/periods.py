"""Closed months: nothing is dated into them any more."""

import datetime as dt
from collections.abc import Mapping

from babel.dates import format_date
from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from arportal.mirror.figures import locale_of
from arportal.stores.models import Store


def closed_days(store: Store, days: Mapping[str, dt.date | None]) -> dict[str, list[str]]:
    """Field → why its day cannot be.

    In the transaction that writes the days down it is sure: until that ends, nobody can close a month.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [_lock(store)])
    until = Store.objects.values_list("closed_until", flat=True).get(pk=store.pk)
    if until is None:
        return {}
    words = _("The books are closed up to %(day)s.") % {"day": day_in_words(until)}
    return {name: [words] for name, day in days.items() if day is not None and day <= until}


def lock_periods(store: Store) -> None:
    """Waits for all who are writing down days, and keeps others from it until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_lock(store)])


def day_in_words(day: dt.date) -> str:
    return format_date(day, "long", locale=locale_of(get_language() or "en"))


def _lock(store: Store) -> str:
    return f"periods/{store.pk}"
