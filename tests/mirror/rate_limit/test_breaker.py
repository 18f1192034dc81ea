"""The circuit breaker: an API that is down is left alone, and found again without a person."""

import datetime as dt

import pytest

from arportal.b2b.errors import Unavailable
from arportal.mirror.api.connections import client_for, connect
from arportal.mirror.api.error_messages import error_message
from arportal.mirror.models import RequestBudget
from arportal.mirror.rate_limit.budget import SharedPacer, budget_of
from arportal.mirror.rate_limit.scheduler import Priority
from arportal.stores.models import Store

START = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)


class Api:
    """An API that answers as it is told, behind the pacers of two processes."""

    def __init__(self, store):
        self.store = store
        self.now = START
        self.status = 200
        self.pacer, self.other = (self._pacer() for _ in range(2))

    def _pacer(self):
        return SharedPacer(
            self.store, Priority.PERSON, max_wait=0, clock=lambda: self.now, sleep=lambda _seconds: None
        )

    def ask(self, status=None, pacer=None):
        pacer = pacer or self.pacer
        pacer.before("GET", "/orders")
        pacer.after(status, {})

    def fail(self, times, status=503):
        for _ in range(times):
            self.ask(status)

    def later(self, seconds):
        self.now += dt.timedelta(seconds=seconds)

    def open_for(self):
        """Seconds until the next try."""
        return (budget_of(self.store).opens_until - self.now).total_seconds()


@pytest.fixture
def api(db):
    return Api(Store.objects.create(slug="other", name="Other", store_hash="o", api_url="http://127.0.0.1:9"))


@pytest.mark.parametrize("status", [None, 500, 503])
def test_it_works(api, status):
    api.fail(5, status)
    with pytest.raises(Unavailable) as paused:
        api.ask(200, pacer=api.other)
    last = "got no answer" if status is None else f"failed with error {status}"
    assert error_message(paused.value) == (
        f"The store's API has failed 5 times in a row. The last request to the store's API {last}. "
        "Nothing was sent; it is tried again in 30 seconds."
    )
    view = budget_of(api.store)
    assert view.is_open
    assert view.problem == f"The last request to the store's API {last}."


@pytest.mark.parametrize("status", [200, 404, 422, 429])
def test_any_answer_breaks_the_row(api, status):
    api.fail(4)
    api.ask(status)
    api.later(60)
    api.fail(4)
    assert not budget_of(api.store).is_open


def test_after_a_while_one_request_tries(api):
    api.fail(5)
    api.later(30)
    api.pacer.before("GET", "/orders")
    with pytest.raises(Unavailable):
        api.other.before("GET", "/orders")


def test_a_success_ends_it(api):
    api.fail(5)
    api.later(30)
    api.ask(200)
    api.ask(200, pacer=api.other)
    view = budget_of(api.store)
    assert (view.is_open, view.opens_until, view.problem) == (False, None, "")


def test_it_waits_twice_as_long_each_time_but_never_more_than_five_minutes(api):
    api.fail(5)
    pauses = []
    for _ in range(6):
        pauses.append(api.open_for())
        api.later(pauses[-1])
        api.ask(502)
    assert pauses == [30, 60, 120, 240, 300, 300]


def test_requests_that_were_under_way_do_not_make_it_worse(api):
    api.other.before("GET", "/orders")
    api.fail(5)
    api.other.after(None, {})
    assert api.open_for() == 30


def test_a_late_success_ends_it_too(api):
    api.other.before("GET", "/orders")
    api.fail(5)
    api.other.after(200, {})
    assert not budget_of(api.store).is_open


def test_the_one_that_tried_died(api):
    api.fail(5)
    api.later(30)
    api.pacer.before("GET", "/orders")
    api.later(90)
    api.ask(200, pacer=api.other)
    assert not budget_of(api.store).is_open


def test_an_api_that_is_down_is_no_longer_asked(store, sandbox):
    sandbox.fault("503", count=50)
    for _ in range(8):
        with pytest.raises(Unavailable):
            client_for(store).companies.page(offset=0, limit=1)
    assert len(sandbox.control("GET", "requests")) == 5


def test_connecting_again_ends_it(store):
    RequestBudget.objects.update_or_create(
        store=store, defaults={"allocated": 150, "opens_until": START.replace(year=2999), "failures": 5}
    )
    connect(store)
    client_for(store).companies.page(offset=0, limit=1)
