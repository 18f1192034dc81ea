"""A Change in a world that goes wrong: its row, the processes that work on it, the store, and two clocks.

The processes do what `changes.py` and `execution.py` do, cut into the smallest steps between which others may act,
or at which they may die; what is to be done is always said by the real `transition_after`.
"""

import datetime as dt
from dataclasses import dataclass, field, replace

from arportal.receivables.changes import state_machine
from arportal.receivables.changes.state_machine import (
    Action,
    Confirmed,
    DeliveryState,
    Event,
    LookedUp,
    LookupOutcome,
    Mirrored,
    NotSent,
    Polled,
    Started,
    State,
    Transition,
    transition_after,
)

START = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
SEND_DEADLINE, QUARANTINE = (
    state_machine.SEND_DEADLINE.total_seconds(),
    state_machine.QUARANTINE.total_seconds(),
)
# How long after it left a write may take, with the lag of the search, until it can be found.
SLOWEST = QUARANTINE - SEND_DEADLINE


@dataclass
class Process:
    """What one process holds in its memory; `seen` is the row as it last knew it."""

    seen: DeliveryState | None = None
    event: Event | None = None
    action: Action = Action.NOTHING
    began: float = 0.0
    put: tuple[dt.datetime, LookupOutcome] | None = None


@dataclass
class World:
    """`now` runs on in seconds; the database's clock may step back. `commits` and `found_from` are moments at
    which the store carries the Change out, and from which its search shows it."""

    row: DeliveryState
    now: float = 0.0
    stepped_back: float = 0.0
    commits: list[float] = field(default_factory=list)
    found_from: list[float] = field(default_factory=list)
    somebody_else_at: float | None = None
    moves: list[tuple[State, State]] = field(default_factory=list)
    processes: list[Process] = field(default_factory=lambda: [Process(), Process()])

    @property
    def clock(self) -> dt.datetime:
        return START + dt.timedelta(seconds=self.now - self.stepped_back)

    def go_on(self, process: Process, kind: type[Polled] | type[Started], outcome: "StoreSays") -> None:
        """The next small step of a process, whatever it is; one that does nothing comes by."""
        match process.action:
            case Action.SEND:
                self.send(process, outcome)
            case Action.LOOK_UP if process.put is None:
                process.put = (self.clock, self._fate())
            case Action.LOOK_UP:
                self.hear(process)
            case Action.READ_BACK:
                self.read_back(process)
            case _ if process.event is not None:
                self.write(process)
            case _:
                self.begin(process, kind)

    def begin(self, process: Process, kind: type[Polled] | type[Started]) -> None:
        """Reads the row, and comes by."""
        process.seen, process.event = self.row, kind(self.clock)

    def write(self, process: Process) -> None:
        """Compare-and-set: who was overtaken forgets everything."""
        assert process.seen is not None
        assert process.event is not None
        transition = transition_after(process.seen, process.event)
        process.event = None
        if transition.delivery != process.seen and not self._set(process.seen, transition):
            self.die(process)
            return
        process.seen, process.action, process.began = transition.delivery, transition.action, self.now
        if transition.action is Action.NOTHING:
            self.die(process)

    def _set(self, seen: DeliveryState, transition: Transition) -> bool:
        if (self.row.state, self.row.attempts) != (seen.state, seen.attempts):
            return False
        self.moves.append((self.row.state, transition.delivery.state))
        self.row = transition.delivery
        return True

    def send(self, process: Process, store: "StoreSays") -> None:
        """Through the door and out."""
        process.action = Action.NOTHING
        if not self._passes(process):
            process.event = NotSent(self.clock)
            return
        if store.does_it_after is not None:
            self._commit(store.does_it_after, store.shows_it_after)
        process.event = store.says(self.clock)

    def _passes(self, process: Process) -> bool:
        seen = process.seen
        assert seen is not None
        assert seen.sent_at is not None
        is_ours = (self.row.state, self.row.attempts) == (State.SENT, seen.attempts)
        is_quick = (
            self.now - process.began <= state_machine.SEND_DEADLINE.total_seconds()
            and self.clock - seen.sent_at <= state_machine.SEND_DEADLINE
        )
        return is_ours and is_quick

    def _commit(self, delay: float, lag: float) -> None:
        assert delay + lag <= SLOWEST
        self.commits.append(self.now + delay)
        self.found_from.append(self.now + delay + lag)

    def hear(self, process: Process) -> None:
        assert process.put is not None
        put, outcome = process.put
        process.event, process.put, process.action = (
            LookedUp(self.clock, put=put, outcome=outcome),
            None,
            Action.NOTHING,
        )

    def _fate(self) -> LookupOutcome:
        if any(moment <= self.now for moment in self.found_from):
            return LookupOutcome.DONE
        if self.somebody_else_at is not None and self.somebody_else_at <= self.now:
            return LookupOutcome.OVERTAKEN
        return LookupOutcome.NOT_DONE

    def read_back(self, process: Process) -> None:
        process.action, process.event = Action.NOTHING, Mirrored(self.clock)

    def die(self, process: Process) -> None:
        """Killed, or done with it: a request that has left is the store's by now."""
        process.seen = process.event = process.put = None
        process.action = Action.NOTHING

    def settle(self) -> None:
        """From here on nothing goes wrong: the worker comes by every minute, and everybody else is gone."""
        for process in self.processes:
            self.die(process)
        worker = self.processes[0]
        for _ in range(40):
            self.now += 60
            self.begin(worker, Polled)
            while worker.seen is not None:
                self.go_on(worker, Polled, WELL)
            if self.row.state in (State.APPLIED, State.REFUSED, State.WAITING):
                return

    def approve(self) -> None:
        transition = transition_after(self.row, state_machine.Approved(self.clock))
        self._set(self.row, transition)

    def drop(self) -> None:
        self._set(self.row, transition_after(self.row, state_machine.Cancelled(self.clock)))


@dataclass(frozen=True)
class StoreSays:
    """What the store does with a request, in seconds from now (None: nothing), and what is heard of it."""

    says: type[Event]
    does_it_after: float | None = None
    shows_it_after: float = 0.0


WELL = StoreSays(Confirmed, 0.0)


def fresh(*, state: State, unattended: bool, deferred: bool = False) -> World:
    delivery = DeliveryState(state, START, unattended=unattended or deferred)
    return World(replace(delivery, deferred_since=START if deferred else None))
