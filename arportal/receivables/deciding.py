"""What becomes of a Change: pure arithmetic on where it stands and what has happened. No clock, no database.

    waiting → asked → sent → applied | refused | unknown
    unknown, or sent by a process that died → applied | refused | sent again once that is safe

The promise: a Change is done at most once, and never given up in silence. It rests on three rules. Whatever
may have reached the store is `unknown` until the store was looked at; what was not found there is sent again
only after the quarantine; and every step is counted (`attempts`), so that a process which was overtaken by
another can tell and writes nothing.
"""

import datetime as dt
import enum
from dataclasses import dataclass, replace
from typing import assert_never

from arportal.receivables.models import Change

State = Change.State

# Longer than our timeout, the store's own delay and the lag of its search together: after this long a
# write that cannot be found did not happen, and may be sent again.
QUARANTINE = dt.timedelta(minutes=10)
# Longer than any request takes: a Change that has stood still for so long belongs to a process that died.
TOO_LONG = dt.timedelta(minutes=2)


class Fate(enum.Enum):
    """What a look at the store says about a Change whose answer was lost."""

    DONE = enum.auto()
    NOT_DONE = enum.auto()
    # Somebody has changed the same thing since: sending again would undo what they did.
    OVERTAKEN = enum.auto()
    # The thing to be changed no longer exists.
    GONE = enum.auto()


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a Change stands. `unattended`: nobody waits before a page for its first answer."""

    state: Change.State
    asked_at: dt.datetime
    attempts: int = 0
    sent_at: dt.datetime | None = None
    settled_at: dt.datetime | None = None
    is_mirrored: bool = False
    unattended: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a Change, `at` this moment."""

    at: dt.datetime


class Taken(Event):
    """Whoever asked for it carries it on."""


class Noticed(Event):
    """The worker, on its rounds, comes by it."""


class Approved(Event):
    """A second person agrees."""


class Dropped(Event):
    """Nobody wants it any longer; the store has not done it."""


class Answered(Event):
    """The store said, exactly, that it is done."""


class Unsent(Event):
    """It did not reach the store: no connection, no turn, or told to wait."""


class Declined(Event):
    """The store said, exactly, that it will not do it."""


class Lost(Event):
    """It may have reached the store; whether it was done was not to be heard."""


class ReadBack(Event):
    """The mirror was seen to hold what it did."""


@dataclass(frozen=True, slots=True)
class LookedUp(Event):
    """The store was asked what became of it; `at` is when the question was put."""

    fate: Fate


class Action(enum.Enum):
    """What is to be done next, once the new stand is written down."""

    NOTHING = enum.auto()
    SEND = enum.auto()
    LOOK_UP = enum.auto()
    READ_BACK = enum.auto()


@dataclass(frozen=True, slots=True)
class Decision:
    stand: Stand
    action: Action = Action.NOTHING


def decide(stand: Stand, event: Event) -> Decision:
    """Where the Change stands after the event, and what is to be done.

    An event that does not fit where it stands (it was overtaken) changes nothing and asks for nothing.
    """
    match event, stand.state:
        case Approved(), State.WAITING:
            return Decision(replace(stand, state=State.ASKED, unattended=True))
        case Dropped(at), State.WAITING | State.ASKED:
            return _settled(stand, State.REFUSED, at)
        case Taken(at), State.ASKED:
            return _sending(stand, at)
        case Noticed(at), _:
            return _noticed(stand, at)
        case Answered(at), State.SENT:
            return _settled(stand, State.APPLIED, at)
        case Unsent(at), State.SENT:
            return _unsent(stand, at)
        case Declined(at), State.SENT:
            return _settled(stand, State.REFUSED, at)
        case Lost(), State.SENT:
            return Decision(replace(stand, state=State.UNKNOWN))
        case LookedUp(at, fate), State.SENT | State.UNKNOWN:
            return _looked_up(stand, fate, at)
        case ReadBack(), State.APPLIED:
            return Decision(replace(stand, is_mirrored=True))
    return Decision(stand)


def _noticed(stand: Stand, at: dt.datetime) -> Decision:
    match stand.state:
        case State.ASKED if stand.unattended or stand.attempts:
            return _sending(stand, at)
        case State.ASKED if at - stand.asked_at > TOO_LONG:
            return _settled(stand, State.REFUSED, at)
        case State.SENT if stand.sent_at and at - stand.sent_at > TOO_LONG:
            return Decision(stand, Action.LOOK_UP)
        case State.UNKNOWN:
            return Decision(stand, Action.LOOK_UP)
        case State.APPLIED if not stand.is_mirrored and stand.settled_at and at - stand.settled_at > TOO_LONG:
            return Decision(stand, Action.READ_BACK)
    return Decision(stand)


def _looked_up(stand: Stand, fate: Fate, at: dt.datetime) -> Decision:
    match fate:
        case Fate.DONE:
            return _settled(stand, State.APPLIED, at)
        case Fate.OVERTAKEN | Fate.GONE:
            return _settled(stand, State.REFUSED, at)
        case Fate.NOT_DONE:
            safe = stand.sent_at is not None and at - stand.sent_at > QUARANTINE
            return _sending(stand, at) if safe else Decision(stand)
    assert_never(fate)


def _unsent(stand: Stand, at: dt.datetime) -> Decision:
    """A person who waits must not find it done later behind their back; what nobody waits for is kept."""
    if stand.unattended or stand.attempts > 1:
        return Decision(replace(stand, state=State.ASKED))
    return _settled(stand, State.REFUSED, at)


def _sending(stand: Stand, at: dt.datetime) -> Decision:
    sent = replace(stand, state=State.SENT, attempts=stand.attempts + 1, sent_at=at)
    return Decision(sent, Action.SEND)


def _settled(stand: Stand, state: Change.State, at: dt.datetime) -> Decision:
    action = Action.READ_BACK if state == State.APPLIED else Action.NOTHING
    return Decision(replace(stand, state=state, settled_at=at), action)
