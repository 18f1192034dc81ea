"""The states of a Change and what moves it: pure arithmetic, without clock or database.

    waiting → asked → sent → applied | refused | unknown
    unknown, or sent by a process that died → applied | refused | sent again once that is safe

The promise: a Change is done at most once, and never given up in silence. It rests on four rules. Whatever
may have reached the store is `unknown` until the store was looked at. That it was done can be seen at any time;
that it was not done, or that somebody else was faster, is believed only after the quarantine, until when it may
still be on its way. Nothing leaves us later than SEND_DEADLINE after the moment from which the quarantine counts. And
every step is counted (`attempts`), so that a process which was overtaken by another can tell and writes nothing.

All moments are the database's (`clock.py`). Should its clock step back, the quarantine begins anew; it must not
leap ahead by minutes, for then it would end too soon.
"""

import datetime as dt
import enum
from dataclasses import dataclass, replace

from arportal.receivables.models import Change

State = Change.State

# Longer than SEND_DEADLINE, our timeouts, the store's own delay and the lag of its search together: after this long a
# write that cannot be found did not happen, and may be sent again. A slow store may have a longer one.
QUARANTINE = dt.timedelta(minutes=10)
# Minutes of a store's own. The least is longer than SEND_DEADLINE and our timeouts: a shorter one could send twice.
LEAST, MOST = 5, 120
# A process that stood still between claiming a Change and sending it does not send it later than this.
SEND_DEADLINE = dt.timedelta(minutes=3)
# A Change that has stood still for so long belongs, most likely, to a process that died: it is looked at.
STALLED_AFTER = dt.timedelta(minutes=2)
# A Change that may wait for room at the store waits so long at most: after that its person must ask again.
LONGEST_WAIT = dt.timedelta(days=1)
# Looked at first when the worker comes by, a second time when slow stores and searches have had their time, and
# then when it may be sent again: every look is a request.
SECOND_LOOKUP_AFTER = dt.timedelta(minutes=2)


class LookupOutcome(enum.Enum):
    """The fate of a Change whose answer was lost, as a look at the store tells."""

    DONE = enum.auto()
    NOT_DONE = enum.auto()
    # Somebody has changed the same thing since: sending again would undo what they did.
    OVERTAKEN = enum.auto()
    # The thing to be changed no longer exists.
    GONE = enum.auto()


@dataclass(frozen=True, slots=True)
class DeliveryState:
    """All that decides what becomes of a Change. `unattended`: nobody waits before a page for its first answer.
    `deferred_since`: the moment from which it may wait in line until the store has room; None when it is to be sent
    at once. `quarantine`: the store's own, where it has one."""

    state: Change.State
    asked_at: dt.datetime
    attempts: int = 0
    sent_at: dt.datetime | None = None
    looked_at: dt.datetime | None = None
    settled_at: dt.datetime | None = None
    is_mirrored: bool = False
    unattended: bool = False
    deferred_since: dt.datetime | None = None
    quarantine: dt.timedelta | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a Change, `at` this moment."""

    at: dt.datetime


class Started(Event):
    """Whoever requested it for it carries it on."""


class Polled(Event):
    """The worker, on its rounds, comes by it."""


class Approved(Event):
    """A second person agrees."""


class Cancelled(Event):
    """Nobody wants it any longer; the store has not done it."""


class Confirmed(Event):
    """The store said, exactly, that it is done."""


class NotSent(Event):
    """It did not reach the store: no connection, no turn, or told to wait."""


class Rejected(Event):
    """The store said, exactly, that it will not do it."""


class OutcomeUnknown(Event):
    """It may have reached the store; whether it was done was not to be heard."""


class Mirrored(Event):
    """The mirror was seen to hold what it did."""


@dataclass(frozen=True, slots=True)
class LookedUp(Event):
    """The store was asked what became of it: the question was `put`, and `at` this moment answered."""

    put: dt.datetime
    outcome: LookupOutcome


class Action(enum.Enum):
    """The next step, once the new state is written down."""

    NOTHING = enum.auto()
    SEND = enum.auto()
    LOOK_UP = enum.auto()
    READ_BACK = enum.auto()


@dataclass(frozen=True, slots=True)
class Transition:
    delivery: DeliveryState
    action: Action = Action.NOTHING


def transition_after(delivery: DeliveryState, event: Event) -> Transition:
    """The Change's state after the event, and the next step.

    An event that does not fit where it stands (it was overtaken) changes nothing and asks for nothing.
    """
    match event, delivery.state:
        case Approved(), State.WAITING:
            return Transition(replace(delivery, state=State.ASKED, unattended=True))
        case Cancelled(at), State.WAITING | State.ASKED:
            return _settled(delivery, State.REFUSED, at)
        case Started(), State.ASKED if delivery.deferred_since:
            return Transition(delivery)  # Its place in line is kept for it.
        case Started(at), State.ASKED:
            return _started(delivery, at)
        case Polled(at), _:
            return _polled(delivery, at)
        case Confirmed(at), State.SENT:
            return _settled(delivery, State.APPLIED, at)
        case NotSent(), State.SENT if delivery.unattended or delivery.attempts > 1:
            return Transition(replace(delivery, state=State.ASKED))
        case NotSent(at), State.SENT:
            # A person who waits must not find it done later behind their back.
            return _settled(delivery, State.REFUSED, at)
        case Rejected(at), State.SENT:
            return _settled(delivery, State.REFUSED, at)
        case OutcomeUnknown(), State.SENT:
            return Transition(replace(delivery, state=State.UNKNOWN))
        case LookedUp(), State.ASKED | State.SENT | State.UNKNOWN if delivery.attempts:
            return _looked_up(delivery, event)
        case Mirrored(), State.APPLIED:
            return Transition(replace(delivery, is_mirrored=True))
    return Transition(delivery)


def _started(delivery: DeliveryState, at: dt.datetime) -> Transition:
    """Sent; but whoever tries a third time looks first: the store may be slower than the quarantine is long."""
    return Transition(delivery, Action.LOOK_UP) if delivery.attempts > 1 else _sending(delivery, at)


def _polled(delivery: DeliveryState, at: dt.datetime) -> Transition:
    match delivery.state:
        case State.ASKED if delivery.deferred_since and at - delivery.deferred_since > LONGEST_WAIT:
            return _settled(delivery, State.REFUSED, at)
        case State.ASKED if delivery.unattended or delivery.attempts:
            return _started(delivery, at)
        case State.ASKED if _is_long_ago(delivery.asked_at, at):
            return _settled(delivery, State.REFUSED, at)
        case State.SENT if _is_long_ago(delivery.sent_at, at) and _is_to_look_up(delivery, at):
            return Transition(delivery, Action.LOOK_UP)
        case State.UNKNOWN if _is_to_look_up(delivery, at):
            return Transition(delivery, Action.LOOK_UP)
        case State.APPLIED if not delivery.is_mirrored and _is_long_ago(delivery.settled_at, at):
            return Transition(delivery, Action.READ_BACK)
    return Transition(delivery)


def _is_long_ago(since: dt.datetime | None, at: dt.datetime) -> bool:
    """Also when it lies ahead: the clock has stepped back, and nobody knows how long ago it is."""
    return since is None or not since <= at <= since + STALLED_AFTER


def _is_to_look_up(delivery: DeliveryState, at: dt.datetime) -> bool:
    """True if a moment for looking has come since the last look."""
    if delivery.looked_at is None or delivery.sent_at is None or at < delivery.looked_at:
        return True
    moments = (delivery.sent_at + SECOND_LOOKUP_AFTER, delivery.sent_at + (delivery.quarantine or QUARANTINE))
    return any(delivery.looked_at <= moment < at for moment in moments)


def _looked_up(delivery: DeliveryState, event: LookedUp) -> Transition:
    if event.outcome is LookupOutcome.DONE:
        return _settled(delivery, State.APPLIED, event.at)
    # One that waits to be sent never reached the store: no lost write of it can still arrive.
    may_arrive = delivery.sent_at is None or event.put - delivery.sent_at <= (
        delivery.quarantine or QUARANTINE
    )
    if delivery.state != State.ASKED and may_arrive:
        # Where the clock has stepped back, the quarantine begins anew.
        since = event.put if delivery.sent_at is None or event.put < delivery.sent_at else delivery.sent_at
        return Transition(replace(delivery, looked_at=event.put, sent_at=since))
    if event.outcome is LookupOutcome.NOT_DONE:
        return _sending(delivery, event.at)
    return _settled(delivery, State.REFUSED, event.at)


def _sending(delivery: DeliveryState, at: dt.datetime) -> Transition:
    sent = replace(delivery, state=State.SENT, attempts=delivery.attempts + 1, sent_at=at, looked_at=None)
    return Transition(sent, Action.SEND)


def _settled(delivery: DeliveryState, state: Change.State, at: dt.datetime) -> Transition:
    action = Action.READ_BACK if state == State.APPLIED else Action.NOTHING
    return Transition(replace(delivery, state=state, settled_at=at), action)
