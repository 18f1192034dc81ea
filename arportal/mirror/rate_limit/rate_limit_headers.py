"""What the answers of a store's API tell about its request budget.

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
    """What an answer's headers say about the budget; None what they do not say. `resets_after` in seconds."""

    allocated: int | None
    window: float | None
    remaining: int | None
    resets_after: float | None

    @classmethod
    def parse(cls, headers: Mapping[str, str]) -> Self:
        """From "150 times/60 s", "149 times", "0.4 s" under the spellings met so far."""
        said = CaseInsensitiveDict(headers)
        allocated = said.get("X-Requests-Allocated") or said.get("X-Request-Allocated")
        remaining = leading_number(said.get("X-Requests-Remaining") or said.get("X-Request-Remaining"))
        count, window = leading_number(allocated), leading_number((allocated or "").partition("/")[2])
        return cls(
            allocated=int(count) if count else None,
            window=window or None,
            remaining=None if remaining is None else int(remaining),
            resets_after=asked_wait(said),
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
    budget.in_flight = [each for each in budget.in_flight if now - each < FORGOTTEN]
    budget.allocated = headers.allocated or budget.allocated
    budget.window = dt.timedelta(seconds=headers.window) if headers.window else budget.window
    if status == 429:
        budget.remaining, budget.resets_at = 0, now + _wait_after_refusal(budget, headers, reserve)
    elif headers.remaining is not None and headers.resets_after is not None:
        resets_after = dt.timedelta(seconds=headers.resets_after)
        budget.looks_back = _looks_back(budget, headers.remaining, resets_after)
        if budget.looks_back:
            _learn_looking_back(budget, headers.remaining, resets_after, reserve, now)
        else:
            _learn_of_window(budget, headers.remaining, now + resets_after)


def _looks_back(budget: RequestBudget, remaining: int, resets_after: dt.timedelta) -> bool:
    """How the server counts. A wait that spreads what remains is never longer than the window shared out;
    the reset of a fixed window is shorter than that only by chance, and hardly while much remains."""
    if resets_after > budget.window / (remaining + 1) * 1.05:
        return False
    return budget.looks_back or remaining > budget.allocated / 4


def _learn_looking_back(
    budget: RequestBudget, remaining: int, resets_after: dt.timedelta, reserve: int, now: dt.datetime
) -> None:
    """Told at every moment anew: when less than the reserve remains, wait until it is whole again."""
    budget.other_clients = _other_clients(budget, remaining, now - budget.window)
    # Turns still to come are paid by what is forgotten until then.
    budget.remaining = remaining - sum(each <= now for each in budget.in_flight)
    oldest_is_forgotten = resets_after * (remaining + 1)
    budget.resets_at = now + oldest_is_forgotten + _mending(budget, remaining, reserve)


def _learn_of_window(budget: RequestBudget, remaining: int, ends: dt.datetime) -> None:
    """Two windows end a window's length apart, so half of it tells them from each other."""
    # What is under way may or may not be counted yet; taking it as not counted errs to the safe side.
    left = remaining - len(budget.in_flight)
    if budget.resets_at is not None and ends > budget.resets_at + budget.window / 2:
        end_window(budget, budget.resets_at)
    if budget.remaining is None or budget.resets_at is None:
        budget.remaining, budget.resets_at = left, ends
    elif ends > budget.resets_at - budget.window / 2:
        # Answers overtake each other: within a window the lowest count and the earliest end are the latest.
        budget.remaining, budget.resets_at = min(budget.remaining, left), min(budget.resets_at, ends)
    else:
        return  # An answer about an earlier window that was long on its way.
    budget.other_clients_so_far = max(
        budget.other_clients_so_far, _other_clients(budget, remaining, budget.resets_at - budget.window)
    )


def _other_clients(budget: RequestBudget, remaining: int, since: dt.datetime) -> int:
    """Requests counted by the API that were not ours: the store's other systems."""
    ours = given_since(budget, since) - len(budget.in_flight)
    return max(0, budget.allocated - remaining - ours)


def _wait_after_refusal(budget: RequestBudget, headers: RateLimitHeaders, reserve: int) -> dt.timedelta:
    if headers.resets_after is None:
        return budget.window
    resets_after = dt.timedelta(seconds=headers.resets_after)
    return resets_after + _mending(budget, 0, reserve) if budget.looks_back else resets_after


def _mending(budget: RequestBudget, remaining: int, reserve: int) -> dt.timedelta:
    """Until so many requests are forgotten, at the usual rate, that the reserve is whole again."""
    missing = within(reserve, budget) - remaining
    return max(0, missing) * budget.window / budget.allocated
