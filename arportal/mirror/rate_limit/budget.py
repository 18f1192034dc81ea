"""The request budget of a store: one row in PostgreSQL that every process asks before it asks the API.

Nobody holds a lock on the row: it is read, a turn is worked out, and one UPDATE writes it down unless
somebody else was faster, in which case it is worked out anew. All times are the database's, which is the one
clock that many machines share.
"""

import datetime as dt
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from arportal.b2b.errors import RateLimited, Unavailable
from arportal.mirror.durations import seconds_in_plain_units
from arportal.mirror.models import RequestBudget
from arportal.mirror.rate_limit import breaker, rate_limit_headers, scheduler
from arportal.mirror.rate_limit.rate_limit_headers import RateLimitHeaders
from arportal.mirror.rate_limit.scheduler import Later, Priority, Turn
from arportal.stores.models import Store

Clock = Callable[[], dt.datetime]


@dataclass(frozen=True)
class BudgetView:
    """The budget as people are shown it. `remaining` and `resets_at` are None when the API has told nothing of late;
    while the circuit `is_open` nothing is sent until `opens_until`; `problem` is a sentence about the
    latest failure, empty after a success."""

    allocated: int
    reserve: int
    remaining: int | None
    resets_at: dt.datetime | None
    used_by_us_last_minute: int
    is_open: bool
    opens_until: dt.datetime | None
    problem: str


def budget_of(store: Store) -> BudgetView:
    budget = _read(store.pk)
    is_told = budget.resets_at is not None and budget.now < budget.resets_at
    return BudgetView(
        allocated=budget.allocated,
        reserve=budget.reserve,
        remaining=max(0, budget.remaining) if is_told and budget.remaining is not None else None,
        resets_at=budget.resets_at if is_told else None,
        used_by_us_last_minute=scheduler.given_since(budget, budget.now - dt.timedelta(seconds=60)),
        is_open=budget.opens_until is not None,
        opens_until=budget.opens_until,
        problem=budget.problem,
    )


def seconds_to_room(store: Store, priority: Priority = Priority.WORKER) -> float:
    """Seconds until a request of this priority may go; 0.0 when it may go now. No turn is taken by asking."""
    budget = _read(store.pk)
    if breaker.forbids(budget, budget.now):
        return _opens_in(budget)
    # Worked out on the row as it was read, which is not written.
    given = scheduler.take(budget, priority, budget.reserve, budget.now)
    return 0.0 if isinstance(given, Turn) else (given.at - budget.now).total_seconds()


def forget_failures(store: Store) -> None:
    """Close the circuit: the API has just answered to a new address or token."""
    RequestBudget.objects.filter(store=store).update(
        version=F("version") + 1, failures=0, opens_until=None, opens_for=dt.timedelta(), problem=""
    )


class Paused(Unavailable):
    """The circuit is open: everything failed of late, and nothing was sent. `wait`: seconds until one may try."""

    def __init__(self, budget: RequestBudget) -> None:
        self.wait = _opens_in(budget)
        words = _(
            "The store's API has failed %(times)d times in a row. %(problem)s Nothing was sent; it is tried again in "
            "%(wait)s."
        )
        wait = seconds_in_plain_units(self.wait, get_language() or "en")
        super().__init__(words % {"times": breaker.FAILURES, "problem": budget.problem, "wait": wait})


class SharedPacer:
    """The b2b client's pacer for one thread: turns of one priority in one store's budget.

    `max_wait`: seconds a request may wait until its turn is given; after that it is RateLimited, unsent.
    """

    def __init__(
        self,
        store: Store,
        priority: Priority,
        *,
        max_wait: float,
        clock: Clock | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store_id = store.pk
        self._priority = priority
        self._max_wait = max_wait
        self._clock = clock
        self._sleep = sleep
        self._turn: dt.datetime | None = None
        self._is_trying = False
        self._is_apart = False

    def before(self, method: str, path: str) -> None:
        """Return when the request may go. Raises RateLimited or Unavailable; nothing was sent then."""
        # A company's hierarchy is counted apart by the API, so what its answers tell is not about ours.
        self._is_apart = method == "GET" and path.rstrip("/").endswith("/hierarchy")
        waited = 0.0
        while True:
            budget = _read(self._store_id, self._clock)
            if breaker.forbids(budget, budget.now):
                raise Paused(budget)
            given = scheduler.take(budget, self._priority, budget.reserve, budget.now)
            wait = max(0.0, (given.at - budget.now).total_seconds())
            if isinstance(given, Later):
                if waited + wait > self._max_wait:
                    raise RateLimited("The store's requests for this minute are used up", wait=wait)
                self._sleep(wait)
                waited += wait
                continue
            self._is_trying = breaker.try_out(budget, given.at)
            # Somebody else may have taken this very turn meanwhile: then another is asked for.
            if RequestBudget.objects.write(budget):
                self._turn = given.at
                return self._sleep(wait)

    def after(self, status: int | None, headers: Mapping[str, str]) -> None:
        """Tell everybody what the answer says about the budget and the API's health."""
        if self._turn is None:
            return
        limits = RateLimitHeaders.parse({} if self._is_apart else headers)
        counted = None if self._is_apart else status
        while True:
            budget = _read(self._store_id, self._clock)
            rate_limit_headers.learn(budget, self._turn, counted, limits, budget.reserve, budget.now)
            if status is not None and status < 500:
                breaker.succeeded(budget)
            else:
                breaker.failed(budget, budget.now, trying=self._is_trying, problem=_problem(status))
            if RequestBudget.objects.write(budget):
                return


def _problem(status: int | None) -> str:
    if status is None:
        return _("The last request to the store's API got no answer.")
    return _("The last request to the store's API failed with error %(status)d.") % {"status": status}


def _opens_in(budget: RequestBudget) -> float:
    return (budget.opens_until - budget.now).total_seconds() if budget.opens_until else 0.0


def _read(store_id: int, clock: Clock | None = None) -> RequestBudget:
    budget = RequestBudget.objects.read(store_id)
    if budget is None:
        RequestBudget.objects.get_or_create(store_id=store_id, defaults={"allocated": settings.API_ALLOCATED})
        return _read(store_id, clock)
    if clock is not None:
        budget.now = clock()
    return budget
