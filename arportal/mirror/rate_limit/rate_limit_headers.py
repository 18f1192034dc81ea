"""The headers by which a store's API tells of its request budget, and what we learn from them.

They tell how many requests remain and when that changes, but not how they count. Some servers count in fixed
windows: the reset is when everything comes back. Others look back over the last minute at every moment: their
reset is a wait that would spread the remaining requests evenly over the time until the oldest one is forgotten.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from requests.structures import CaseInsensitiveDict

from arportal.b2b.http.pacing import asked_wait, leading_number
from arportal.mirror.models import RequestBudget
from arportal.mirror.rate_limit.scheduler import end_window, given_since, within

# No answer comes later than this; a process that died with a request under way is forgotten then.
FORGOTTEN = dt.timedelta(seconds=90)


@dataclass(frozen=True)
class RateLimitHeaders:
    """The budget as an answer's headers tell it; None where they say nothing."""

    allocated: int | None
    window: dt.timedelta | None
    remaining: int | None
    resets_after: dt.timedelta | None

    @classmethod
    def parse(cls, headers: Mapping[str, str]) -> Self:
        """Reads "150 times/60 s", "149 times", "0.4 s" under the spellings met so far."""
        headers = CaseInsensitiveDict(headers)
        allocated = headers.get("X-Requests-Allocated") or headers.get("X-Request-Allocated") or ""
        remaining = headers.get("X-Requests-Remaining") or headers.get("X-Request-Remaining")
        allocated_count = leading_number(allocated)
        window = leading_number(allocated.partition("/")[2])
        remaining_count = leading_number(remaining)
        resets_after = asked_wait(headers)
        return cls(
            allocated=int(allocated_count) if allocated_count else None,
            window=dt.timedelta(seconds=window) if window else None,
            remaining=None if remaining_count is None else int(remaining_count),
            resets_after=None if resets_after is None else dt.timedelta(seconds=resets_after),
        )


def learn(
    budget: RequestBudget,
    turn: dt.datetime,
    status: int | None,
    headers: RateLimitHeaders,
    reserve: int,
    now: dt.datetime,
) -> None:
    """Learn from the answer to the request that had this turn; `now` is when it came."""
    end_window(budget, now)
    if turn in budget.in_flight:
        budget.in_flight.remove(turn)
    budget.in_flight = [other for other in budget.in_flight if now - other < FORGOTTEN]
    budget.allocated = headers.allocated or budget.allocated
    budget.window = headers.window or budget.window
    remaining, resets_after = headers.remaining, headers.resets_after
    if status == 429:
        budget.remaining = 0
        budget.resets_at = now + (budget.window if resets_after is None else resets_after)
        if budget.looks_back and resets_after is not None:
            budget.resets_at += _mending(budget, 0, reserve)
    elif remaining is not None and resets_after is not None:
        _learn_count(budget, remaining, resets_after, reserve, now)


def _learn_count(
    budget: RequestBudget, remaining: int, resets_after: dt.timedelta, reserve: int, now: dt.datetime
) -> None:
    """Adopts what remains, after finding out how the server counts."""
    # A wait that spreads what remains is never longer than the window shared out; the reset of a fixed window is
    # shorter than that only by chance, and hardly while much remains.
    is_short = resets_after <= budget.window / (remaining + 1) * 1.05
    budget.looks_back = is_short and (budget.looks_back or remaining > budget.allocated / 4)
    if not budget.looks_back:
        _learn_of_window(budget, remaining, now + resets_after)
        return
    budget.other_clients = _other_clients(budget, remaining, now - budget.window)
    # Turns still to come are paid by what is forgotten until then.
    budget.remaining = remaining - sum(turn <= now for turn in budget.in_flight)
    # When less than the reserve remains, workers wait until it is whole again.
    oldest_is_forgotten = resets_after * (remaining + 1)
    budget.resets_at = now + oldest_is_forgotten + _mending(budget, remaining, reserve)


def _learn_of_window(budget: RequestBudget, remaining: int, ends: dt.datetime) -> None:
    """Adopts the count of a window that ends then, unless later answers have told more of it."""
    # What is under way may or may not be counted yet; taking it as not counted errs to the safe side.
    left = remaining - len(budget.in_flight)
    # Two windows end a window's length apart, so half of it tells them from each other.
    if budget.resets_at is not None and ends > budget.resets_at + budget.window / 2:
        end_window(budget, budget.resets_at)
    if budget.remaining is None or budget.resets_at is None:
        budget.remaining = left
        budget.resets_at = ends
    elif ends > budget.resets_at - budget.window / 2:
        # Answers overtake each other: within a window the lowest count and the earliest end are the latest.
        budget.remaining = min(budget.remaining, left)
        budget.resets_at = min(budget.resets_at, ends)
    else:
        return  # An answer about an earlier window that was long on its way.
    budget.other_clients_so_far = max(
        budget.other_clients_so_far, _other_clients(budget, remaining, budget.resets_at - budget.window)
    )


def _other_clients(budget: RequestBudget, remaining: int, since: dt.datetime) -> int:
    """The number of requests counted by the API that were not ours but of the store's other systems."""
    ours = given_since(budget, since) - len(budget.in_flight)
    return max(0, budget.allocated - remaining - ours)


def _mending(budget: RequestBudget, remaining: int, reserve: int) -> dt.timedelta:
    """The time until so many requests are forgotten, at the usual rate, that the reserve is whole again."""
    missing = within(reserve, budget) - remaining
    return max(0, missing) * budget.window / budget.allocated
