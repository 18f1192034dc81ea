"""Days in closed months."""

import datetime as dt

from django.utils.translation import override

from arportal.receivables.changes.periods import closed_days, day_in_words, lock_periods
from arportal.stores.models import Store
from tests.receivables.changes.locks import waits

LAST = dt.date(2026, 10, 31)


def test_it_works(store, other_store):
    days = {"before": LAST - dt.timedelta(1), "last": LAST, "after": LAST + dt.timedelta(1), "none": None}
    Store.objects.filter(pk=other_store.pk).update(closed_until=dt.date(2026, 12, 31))
    assert closed_days(store, days) == {}
    Store.objects.filter(pk=store.pk).update(closed_until=LAST)
    words = ["The books are closed up to October 31, 2026."]
    assert closed_days(store, days) == {"before": words, "last": words}


def test_until_the_day_is_written_down_nobody_closes_its_month(store, other_store):
    closed_days(store, {"day": LAST})
    assert waits(lambda: lock_periods(store))
    assert not waits(lambda: lock_periods(other_store))


def test_a_day_is_told_in_the_readers_language():
    with override("de"):
        assert day_in_words(LAST) == "31. Oktober 2026"
    with override(None):
        assert day_in_words(LAST) == "October 31, 2026"
