"""What becomes of a Change: pure arithmetic on where it stands and what has happened. No clock, no database.

    waiting → asked → sent → applied | refused | unknown
    unknown, or sent by a process that died → applied | refused | sent again once that is safe

The promise: a Change is done at most once, and never given up in silence. It rests on four rules. Whatever
may have reached the store is `unknown` until the store was looked at. That it was done can be seen at any time;
that it was not done, or that somebody else was faster, is believed only after the quarantine, until when it may
still be on its way. Nothing leaves us later than HASTE after the moment from which the quarantine counts. And
every step is counted (`attempts`), so that a process which was overtaken by another can tell and writes nothing.

All moments are the database's (`clock.py`). Should its clock step back, the quarantine begins anew; it must not
leap ahead by minutes, for then it would end too soon.
"""

import datetime as dt
import enum
from dataclasses import dataclass, replace

from arportal.receivables.models import Change

State = Change.State

# Longer than HASTE, our timeouts, the store's own delay and the lag of its search together: after this long a
# write that cannot be found did not happen, and may be sent again.
QUARANTINE = dt.timedelta(minutes=10)
# A process that stood still between claiming a Change and sending it does not send it later than this.
HASTE = dt.timedelta(minutes=3)
# A Change that has stood still for so long belongs, most likely, to a process that died: it is looked at.
TOO_LONG = dt.timedelta(minutes=2)
# A Change that may wait for room at the store waits so long at most: after that its person must ask again.
LONGEST_WAIT = dt.timedelta(days=1)
# Looked at first when the worker comes by, a second time when slow stores and searches have had their time, and
# then when it may be sent again: every look is a request.
LOOK_AGAIN = dt.timedelta(minutes=2)


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
    """Where a Change stands. `unattended`: nobody waits before a page for its first answer. `deferred_since`: from
    when on it may wait in line until the store has room; None when it is to be sent at once."""

    state: Change.State
    asked_at: dt.datetime
    attempts: int = 0
    sent_at: dt.datetime | None = None
    looked_at: dt.datetime | None = None
    settled_at: dt.datetime | None = None
    is_mirrored: bool = False
    unattended: bool = False
    deferred_since: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a Change, `at` this moment."""

    at: dt.datetime


class Taken(Event):
    """Whoever requested it for it carries it on."""


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
    """The store was asked what became of it: the question was `put`, and `at` this moment answered."""

    put: dt.datetime
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
        case Taken(), State.ASKED if stand.deferred_since:
            return Decision(stand)  # Its place in line is kept for it.
        case Taken(at), State.ASKED:
            return _taken(stand, at)
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
        case LookedUp(), State.ASKED | State.SENT | State.UNKNOWN if stand.attempts:
            return _looked_up(stand, event)
        case ReadBack(), State.APPLIED:
            return Decision(replace(stand, is_mirrored=True))
    return Decision(stand)


def _taken(stand: Stand, at: dt.datetime) -> Decision:
    """Sent; but whoever tries a third time looks first: the store may be stranger than the quarantine is long."""
    return Decision(stand, Action.LOOK_UP) if stand.attempts > 1 else _sending(stand, at)


def _noticed(stand: Stand, at: dt.datetime) -> Decision:
    match stand.state:
        case State.ASKED if stand.deferred_since and at - stand.deferred_since > LONGEST_WAIT:
            return _settled(stand, State.REFUSED, at)
        case State.ASKED if stand.unattended or stand.attempts:
            return _taken(stand, at)
        case State.ASKED if _is_long_ago(stand.asked_at, at):
            return _settled(stand, State.REFUSED, at)
        case State.SENT if _is_long_ago(stand.sent_at, at) and _is_to_look_up(stand, at):
            return Decision(stand, Action.LOOK_UP)
        case State.UNKNOWN if _is_to_look_up(stand, at):
            return Decision(stand, Action.LOOK_UP)
        case State.APPLIED if not stand.is_mirrored and _is_long_ago(stand.settled_at, at):
            return Decision(stand, Action.READ_BACK)
    return Decision(stand)


def _is_long_ago(since: dt.datetime | None, at: dt.datetime) -> bool:
    """Also when it lies ahead: the clock has stepped back, and nobody knows how long ago it is."""
    return since is None or not since <= at <= since + TOO_LONG


def _is_to_look_up(stand: Stand, at: dt.datetime) -> bool:
    """Whether a moment for looking has come since the last look."""
    if stand.looked_at is None or stand.sent_at is None or at < stand.looked_at:
        return True
    moments = (stand.sent_at + LOOK_AGAIN, stand.sent_at + QUARANTINE)
    return any(stand.looked_at <= moment < at for moment in moments)


def _looked_up(stand: Stand, event: LookedUp) -> Decision:
    if event.fate is Fate.DONE:
        return _settled(stand, State.APPLIED, event.at)
    if not _is_out_of_quarantine(stand, event.put):
        # Where the clock has stepped back, the quarantine begins anew.
        since = event.put if stand.sent_at is None or event.put < stand.sent_at else stand.sent_at
        return Decision(replace(stand, looked_at=event.put, sent_at=since))
    if event.fate is Fate.NOT_DONE:
        return _sending(stand, event.at)
    return _settled(stand, State.REFUSED, event.at)


def _is_out_of_quarantine(stand: Stand, put: dt.datetime) -> bool:
    """What waits to be sent has been through it: its last attempt did not reach the store."""
    if stand.state == State.ASKED:
        return True
    return stand.sent_at is not None and put - stand.sent_at > QUARANTINE


def _unsent(stand: Stand, at: dt.datetime) -> Decision:
    """A person who waits must not find it done later behind their back; what nobody waits for is kept."""
    if stand.unattended or stand.attempts > 1:
        return Decision(replace(stand, state=State.ASKED))
    return _settled(stand, State.REFUSED, at)


def _sending(stand: Stand, at: dt.datetime) -> Decision:
    sent = replace(stand, state=State.SENT, attempts=stand.attempts + 1, sent_at=at, looked_at=None)
    return Decision(sent, Action.SEND)


def _settled(stand: Stand, state: Change.State, at: dt.datetime) -> Decision:
    action = Action.READ_BACK if state == State.APPLIED else Action.NOTHING
    return Decision(replace(stand, state=state, settled_at=at), action)
