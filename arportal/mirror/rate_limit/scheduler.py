"""The scheduler: when the next request to a store may go, by what is known of its budget.

Everything here is arithmetic on one row: no database, no clock, no waiting. `rate_limit_headers.py` is its
other half, which learns from the answers.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from arportal.mirror.models import RequestBudget

# Our own turns of so many whole seconds count together. More than the API's 60: two requests that travel
# for different times may arrive closer to each other than they left.
SPAN = 61
# No turn is given further ahead than this: until then too much may be learnt.
HORIZON = dt.timedelta(seconds=2)
# The first of a quiet minute go at once while plenty is left: a short pass need not be spread over a long time.
BURST = 20


class Priority(StrEnum):
    """PERSON: somebody waits, goes at once and may use the reserve. WORKER: evenly paced, never the reserve."""

    PERSON = "person"
    WORKER = "worker"


@dataclass(frozen=True)
class Turn:
    """A turn was given: the request may go at this moment."""

    at: dt.datetime


@dataclass(frozen=True)
class Later:
    """No turn was given: ask again at this moment."""

    at: dt.datetime


def take(budget: RequestBudget, priority: Priority, reserve: int, now: dt.datetime) -> Turn | Later:
    """Give the next turn and write it down, or say when to ask again."""
    end_window(budget, now)
    reserve = within(reserve, budget)
    kept = reserve if priority is Priority.WORKER else 0
    due = max(now, budget.next_turn or now)
    turn = due if priority is Priority.WORKER else now
    if budget.resets_at is not None:
        is_spent = budget.remaining is not None and budget.remaining <= kept
        if is_spent or _is_beyond(budget, turn):
            return Later(budget.resets_at)
    if turn > now + HORIZON:
        return Later(turn - HORIZON)
    room = _room_at(budget, budget.allocated - kept, turn)
    if room > turn:
        return Later(room)
    # A person's turn costs the workers one of theirs.
    next_turn = due + _interval(budget, reserve, due, now)
    budget.next_turn = budget.resets_at if _is_beyond(budget, next_turn) else next_turn
    budget.count_turn(turn, keep=SPAN)
    return Turn(turn)


def end_window(budget: RequestBudget, now: dt.datetime) -> None:
    """Forgets what was told of a window that is over: until told anew, our own count holds."""
    if budget.resets_at is None or now < budget.resets_at:
        return
    budget.remaining = budget.resets_at = None
    if not budget.looks_back:
        budget.other_clients = budget.other_clients_so_far
        budget.other_clients_so_far = 0


def within(reserve: int, budget: RequestBudget) -> int:
    """The reserve, but of a much smaller budget than 150 never more than half."""
    return min(reserve, budget.allocated // 2)


def given_since(budget: RequestBudget, moment: dt.datetime) -> int:
    """The number of turns of ours after `moment` (of the last minute), to the second."""
    return sum(count for second, count in budget.counted_turns if second >= int(moment.timestamp()))


def _is_beyond(budget: RequestBudget, turn: dt.datetime) -> bool:
    """True if the turn lies in the next window, whose turns are not given yet."""
    return not budget.looks_back and budget.resets_at is not None and turn >= budget.resets_at


def _interval(budget: RequestBudget, reserve: int, due: dt.datetime, now: dt.datetime) -> dt.timedelta:
    """The time from the workers' turn at `due` to their next: spreads what is theirs over what it must last for."""
    ours = budget.allocated - reserve
    if budget.looks_back or budget.remaining is None or budget.resets_at is None:
        return budget.window / max(1.0, ours - budget.other_clients)
    # The store's other systems are taken to go on as in the last window and in this one so far.
    left = budget.resets_at - now
    seen = budget.other_clients + budget.other_clients_so_far
    remaining = budget.remaining - reserve - seen * (left / (2 * budget.window - left))
    if remaining > 2 * BURST and given_since(budget, due - budget.window) < BURST:
        return dt.timedelta()
    return max(budget.window / ours, (budget.resets_at - due) / max(1.0, remaining))


def _room_at(budget: RequestBudget, limit: int, turn: dt.datetime) -> dt.datetime:
    """The first moment from `turn` on at which one more keeps our own turns within `limit` in any SPAN."""
    since = int(turn.timestamp()) - SPAN
    counted = [(second, count) for second, count in budget.counted_turns if second >= since]
    total = sum(count for _, count in counted)
    for second, count in counted:
        if total < limit:
            break
        total -= count
        turn = dt.datetime.fromtimestamp(second + SPAN + 1, dt.UTC)
    return turn
