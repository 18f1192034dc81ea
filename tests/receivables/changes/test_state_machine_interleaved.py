"""Whatever goes wrong, in whatever order: a Change is done at most once, and never lost."""

import datetime as dt

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from arportal.receivables.changes import state_machine
from arportal.receivables.changes.state_machine import (
    NotSent,
    OutcomeUnknown,
    Polled,
    Rejected,
    Started,
    State,
)
from tests.receivables.changes.state_machine_world import (
    QUARANTINE,
    SEND_DEADLINE,
    SLOWEST,
    WELL,
    StoreSays,
    World,
    fresh,
)
from tests.whole import only_whole, whole_or

# Every move a Change may make; a move to where it is writes down a look or a reading back.
EDGES = {
    State.WAITING: {State.ASKED, State.REFUSED},
    State.ASKED: {State.SENT, State.APPLIED, State.REFUSED},
    State.SENT: {State.SENT, State.ASKED, State.UNKNOWN, State.APPLIED, State.REFUSED},
    State.UNKNOWN: {State.UNKNOWN, State.SENT, State.APPLIED, State.REFUSED},
    State.APPLIED: {State.APPLIED},
    State.REFUSED: set(),
}
# Numbers at which something turns are likelier than those between them.
delays = st.sampled_from([0.0, 1.0, SLOWEST / 2, SLOWEST]) | st.floats(0, SLOWEST)
seconds = st.sampled_from([1, 60, 121, SEND_DEADLINE, QUARANTINE - 1, QUARANTINE + 1]) | st.floats(
    0, 1.5 * QUARANTINE
)
lost = st.builds(
    lambda delay, lag: StoreSays(OutcomeUnknown, delay, lag * (SLOWEST - delay)),
    delays,
    st.sampled_from([0, 1]) | st.floats(0, 1),
)
answers = st.one_of(
    st.just(WELL),
    lost,
    lost,
    st.just(StoreSays(OutcomeUnknown)),
    st.just(StoreSays(NotSent)),
    st.just(StoreSays(Rejected)),
)
either = st.integers(0, 1)


class AnyOrder(RuleBasedStateMachine):
    @initialize(
        state=st.sampled_from([State.ASKED, State.ASKED, State.WAITING]),
        unattended=st.booleans(),
        deferred=st.booleans(),
    )
    def asked(self, state, unattended, deferred):
        alone = unattended and state == State.ASKED
        self.world: World = fresh(state=state, unattended=alone, deferred=deferred)

    @rule(which=either, kind=st.sampled_from([Polled, Started]), store=answers)
    def somebody_goes_on(self, which, kind, store):
        self.world.go_on(self.world.processes[which], kind, store)

    @rule(which=either, kind=st.sampled_from([Polled, Started]), store=answers)
    def somebody_goes_on_a_while(self, which, kind, store):
        for _ in range(4):
            self.world.go_on(self.world.processes[which], kind, store)

    @rule(which=either)
    def somebody_is_killed(self, which):
        self.world.die(self.world.processes[which])

    @rule(seconds=seconds)
    def time_goes_by(self, seconds):
        self.world.now += seconds

    @rule()
    def a_day_goes_by(self):
        self.world.now += state_machine.LONGEST_WAIT.total_seconds()

    @rule(seconds=st.floats(0, 7200))
    def the_databases_clock_steps_back(self, seconds):
        self.world.stepped_back += seconds

    @precondition(lambda self: self.world.somebody_else_at is None)
    @rule()
    def somebody_else_changes_the_same_thing(self):
        self.world.somebody_else_at = self.world.now

    @rule()
    def a_second_person_approves(self):
        if self.world.row.state == State.WAITING:
            self.world.approve()

    @rule()
    def nobody_wants_it_any_longer(self):
        if self.world.row.state in (State.WAITING, State.ASKED):
            self.world.drop()

    @invariant()
    def done_at_most_once(self):
        assert len(self.world.commits) <= 1

    @invariant()
    def it_only_moves_where_it_may(self):
        assert all(after in EDGES[before] for before, after in self.world.moves)

    @invariant()
    def what_is_settled_is_true(self):
        if self.world.row.state == State.APPLIED:
            assert self.world.commits
        if self.world.row.state == State.REFUSED:
            assert not self.world.commits

    def teardown(self):
        self.world.settle()
        settled = (State.APPLIED, State.REFUSED, State.WAITING)
        assert self.world.row.state in settled
        assert len(self.world.commits) == (self.world.row.state == State.APPLIED)


AnyOrder.TestCase.settings = settings(max_examples=whole_or(100, 40), stateful_step_count=30, deadline=None)
TestAnyOrder = AnyOrder.TestCase
# Without looking for the shortest story, and from where it always begins.
HASTY = settings(
    AnyOrder.TestCase.settings, max_examples=2000, phases=[Phase.generate], derandomize=True, database=None
)


@only_whole("test_without_that_it_would_be_done_twice")
@pytest.mark.parametrize(
    "mistake",
    [
        {"QUARANTINE": dt.timedelta(minutes=2)},
        {"QUARANTINE": dt.timedelta(0)},
    ],
)
def test_a_mistake_is_found(monkeypatch, mistake):
    for name, value in mistake.items():
        monkeypatch.setattr(state_machine, name, value)
    with pytest.raises((AssertionError, ExceptionGroup)):
        run_state_machine_as_test(AnyOrder, settings=HASTY)


def stands_still(world, minutes: float) -> None:
    """One process claims it and stands still; when another is at it by then, it sends it; then the first goes on."""
    slow, quick = world.processes
    for _ in range(2):
        world.go_on(slow, Started, WELL)
    world.now += minutes * 60
    for _ in range(7):
        world.go_on(quick, Polled, WELL)
    world.go_on(slow, Started, StoreSays(OutcomeUnknown, SLOWEST))


def test_who_stood_still_for_long_does_not_send():
    world = fresh(state=State.ASKED, unattended=False)
    stands_still(world, minutes=9)
    world.settle()
    assert (world.row.state, world.row.attempts, len(world.commits)) == (State.APPLIED, 2, 1)


def test_without_that_it_would_be_done_twice(monkeypatch):
    monkeypatch.setattr(state_machine, "SEND_DEADLINE", dt.timedelta(hours=1))
    world = fresh(state=State.ASKED, unattended=False)
    stands_still(world, minutes=9)
    world.settle()
    assert len(world.commits) == 2


def test_who_was_overtaken_does_not_send():
    world = fresh(state=State.ASKED, unattended=False)
    stands_still(world, minutes=11)
    assert (world.row.state, len(world.commits)) == (State.APPLIED, 1)
