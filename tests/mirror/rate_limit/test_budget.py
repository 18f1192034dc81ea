"""The budget in the database: every process takes its turns from one row, and nobody waits for ever."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from django.db import connection

from arportal.b2b.errors import RateLimited
from arportal.mirror.api.connections import background, client_for
from arportal.mirror.models import RequestBudget
from arportal.mirror.rate_limit.budget import SharedPacer, budget_of
from arportal.mirror.rate_limit.scheduler import Priority
from arportal.stores.models import Store

START = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += dt.timedelta(seconds=seconds)

    @property
    def passed(self):
        return (self.now - START).total_seconds()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def other_store(db, settings):
    settings.API_ALLOCATED = 150
    return Store.objects.create(slug="other", name="Other", store_hash="other", api_url="http://127.0.0.1:9")


@pytest.fixture
def pacer(other_store, clock):
    return lambda priority, max_wait=5.0: SharedPacer(
        other_store, priority, max_wait=max_wait, clock=clock, sleep=clock.sleep
    )


def headers(remaining, resets_after):
    return {
        "X-Requests-Remaining": f"{remaining} times",
        "X-Request-Window-Resets-After": f"{resets_after} s",
    }


def told(pacer, remaining, resets_after, status=200):
    pacer.before("GET", "/orders")
    pacer.after(status, headers(remaining, resets_after))


def test_it_works(pacer, clock):
    first, second = pacer(Priority.WORKER), pacer(Priority.WORKER)
    for each in (first, second, first):
        each.before("GET", "/orders")
        each.after(200, {})
    assert clock.passed == pytest.approx(2 * 60 / 140)


def test_a_person_does_not_wait_for_workers(pacer, clock):
    told(pacer(Priority.WORKER), 11, 50)
    pacer(Priority.PERSON).before("GET", "/orders")
    assert clock.passed == 0


def test_a_worker_waits_for_the_reset_when_only_the_reserve_is_left(pacer, clock):
    told(pacer(Priority.PERSON), 10, 50)
    pacer(Priority.WORKER, max_wait=120.0).before("GET", "/orders")
    assert clock.passed == 50


def test_a_person_waits_a_little(pacer, clock):
    told(pacer(Priority.PERSON), 0, 4)
    pacer(Priority.PERSON).before("GET", "/orders")
    assert clock.passed == 4


@pytest.mark.parametrize(("priority", "max_wait"), [(Priority.PERSON, 5.0), (Priority.WORKER, 20.0)])
def test_nobody_waits_longer_than_their_max_wait(pacer, clock, priority, max_wait):
    told(pacer(Priority.PERSON), 0, 42)
    with pytest.raises(RateLimited, match="used up") as limited:
        pacer(priority, max_wait).before("GET", "/orders")
    assert (limited.value.wait, clock.passed) == (42, 0)


def test_a_store_keeps_the_reserve_it_was_told(pacer, other_store, clock):
    Store.objects.filter(pk=other_store.pk).update(reserve=50)
    told(pacer(Priority.PERSON), 50, 30)
    pacer(Priority.WORKER, max_wait=120.0).before("GET", "/orders")
    assert clock.passed == 30


def test_a_hierarchy_is_counted_apart_by_the_api(pacer, other_store, clock):
    hierarchies = pacer(Priority.PERSON)
    hierarchies.before("GET", "/companies/7/hierarchy")
    hierarchies.after(429, headers(0, 55) | {"X-Requests-Allocated": "15 times/60 s"})
    assert budget_of(other_store).allocated == 150
    pacer(Priority.PERSON).before("GET", "/orders")
    assert clock.passed == 0


def test_stores_do_not_share(pacer, other_store, store):
    told(pacer(Priority.PERSON), 0, 60)
    client_for(store).companies.page(offset=0, limit=1)


def test_the_client_goes_through_the_budget(store):
    before = budget_of(store).used_by_us_last_minute
    with background():
        client_for(store).companies.page(offset=0, limit=1)
    client_for(store).companies.page(offset=0, limit=1)
    assert budget_of(store).used_by_us_last_minute == before + 2


def test_what_people_are_shown(pacer, other_store, settings):
    pacing = SharedPacer(other_store, Priority.PERSON, max_wait=0)
    told(pacing, 120, 33)
    view = budget_of(other_store)
    assert (view.allocated, view.reserve, view.remaining, view.used_by_us_last_minute) == (150, 10, 120, 1)
    assert not view.is_open
    assert not view.problem


def test_a_store_that_was_never_asked(other_store):
    view = budget_of(other_store)
    assert (view.allocated, view.remaining, view.resets_at, view.used_by_us_last_minute) == (
        150,
        None,
        None,
        0,
    )


@pytest.mark.django_db(transaction=True)
def test_many_processes_never_take_the_same_turn(settings):
    settings.API_ALLOCATED = 30_000  # 2 ms from turn to turn
    store = Store.objects.create(slug="busy", name="Busy", store_hash="busy", api_url="http://127.0.0.1:9")

    def work(_number):
        try:
            pacer = SharedPacer(store, Priority.WORKER, max_wait=5.0)
            return [_turn(pacer) for _ in range(10)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        turns = sorted(turn for turns in pool.map(work, range(4)) for turn in turns)
    even = dt.timedelta(seconds=60) / (30_000 - 10)
    assert all(later - earlier >= even for earlier, later in pairwise(turns))
    budget = RequestBudget.objects.get(store=store)
    assert (len(turns), budget.version, budget.in_flight) == (40, 80, [])


def _turn(pacer):
    """Takes a turn and gives the answer; returns the turn."""
    pacer.before("GET", "/orders")
    turn = pacer._turn
    pacer.after(200, {})
    return turn
