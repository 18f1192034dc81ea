"""What is decided, case by case; `test_state_machine_interleaved.py` puts the cases in any order."""

import datetime as dt
from dataclasses import replace

import pytest

from arportal.receivables.changes import state_machine
from arportal.receivables.changes.state_machine import (
    LEAST,
    LONGEST_WAIT,
    MOST,
    QUARANTINE,
    SECOND_LOOKUP_AFTER,
    SEND_DEADLINE,
    STALLED_AFTER,
    Action,
    Approved,
    Cancelled,
    Confirmed,
    DeliveryState,
    LookedUp,
    LookupOutcome,
    Mirrored,
    NotSent,
    OutcomeUnknown,
    Polled,
    Rejected,
    Started,
    State,
    transition_after,
)

START = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
ASKED = DeliveryState(State.ASKED, START)
SENT = DeliveryState(State.SENT, START, attempts=1, sent_at=START)
UNKNOWN = replace(SENT, state=State.UNKNOWN)
IN_LINE = replace(ASKED, unattended=True, deferred_since=START)
APPLIED = replace(SENT, state=State.APPLIED, settled_at=START)


def looked_up(
    delivery: DeliveryState, outcome: LookupOutcome, after: dt.timedelta
) -> state_machine.Transition:
    return transition_after(delivery, LookedUp(START + after + SECOND, put=START + after, outcome=outcome))


def noticed(delivery: DeliveryState, after: dt.timedelta) -> state_machine.Transition:
    return transition_after(delivery, Polled(START + after))


def test_it_works():
    sent = transition_after(ASKED, Started(START))
    assert (sent.delivery, sent.action) == (SENT, Action.SEND)
    done = transition_after(sent.delivery, Confirmed(START))
    assert (done.delivery, done.action) == (APPLIED, Action.READ_BACK)
    assert transition_after(done.delivery, Mirrored(START)).delivery.is_mirrored


def test_the_times_leave_room_for_a_slow_store():
    """SEND_DEADLINE, a connection of several addresses, an answer in drops: half of the quarantine is the store's."""
    ours = SEND_DEADLINE + dt.timedelta(seconds=90)
    assert ours < QUARANTINE / 2
    # A store's own is at least so long, or what is still on its way could be sent again.
    assert ours < dt.timedelta(minutes=LEAST) < QUARANTINE < dt.timedelta(minutes=MOST)
    assert SECOND_LOOKUP_AFTER < QUARANTINE


@pytest.mark.parametrize("event", [Confirmed, NotSent, Rejected, OutcomeUnknown, Mirrored, Approved])
@pytest.mark.parametrize("delivery", [ASKED, replace(SENT, state=State.REFUSED), UNKNOWN])
def test_what_comes_too_late_changes_nothing(event, delivery):
    transition = transition_after(delivery, event(START))
    assert (transition.delivery, transition.action) == (delivery, Action.NOTHING)


@pytest.mark.parametrize("state", [State.SENT, State.UNKNOWN, State.APPLIED, State.REFUSED])
def test_what_may_have_reached_the_store_cannot_be_dropped(state):
    assert transition_after(replace(SENT, state=state), Cancelled(START)).delivery.state == state


@pytest.mark.parametrize("state", [State.SENT, State.UNKNOWN])
def test_that_it_was_done_is_believed_at_once(state):
    assert looked_up(replace(SENT, state=state), LookupOutcome.DONE, SECOND).delivery.state == State.APPLIED


@pytest.mark.parametrize("outcome", [LookupOutcome.NOT_DONE, LookupOutcome.OVERTAKEN, LookupOutcome.GONE])
def test_that_it_was_not_done_is_believed_after_the_quarantine(outcome):
    early = looked_up(UNKNOWN, outcome, QUARANTINE)
    assert (early.delivery.state, early.action) == (State.UNKNOWN, Action.NOTHING)
    late = looked_up(UNKNOWN, outcome, QUARANTINE + SECOND)
    assert late.delivery.state == (State.SENT if outcome is LookupOutcome.NOT_DONE else State.REFUSED)


def test_the_quarantine_ends_by_when_the_question_was_put():
    slow_answer = LookedUp(START + 2 * QUARANTINE, put=START + QUARANTINE, outcome=LookupOutcome.NOT_DONE)
    assert transition_after(UNKNOWN, slow_answer).action is Action.NOTHING


def test_the_next_quarantine_begins_with_the_answer():
    slow_answer = LookedUp(START + 3 * QUARANTINE, put=START + 2 * QUARANTINE, outcome=LookupOutcome.NOT_DONE)
    assert transition_after(UNKNOWN, slow_answer).delivery.sent_at == START + 3 * QUARANTINE


def test_three_looks_are_enough():
    """One soon, one when slow stores have had their time, one when it may be sent again."""
    delivery, looks = UNKNOWN, []
    for minute in range(1, 12):
        after = minute * dt.timedelta(minutes=1)
        if noticed(delivery, after).action is Action.LOOK_UP:
            looks.append(minute)
            delivery = looked_up(delivery, LookupOutcome.NOT_DONE, after).delivery
    assert looks == [1, 3, 11]
    assert (delivery.state, delivery.attempts) == (State.SENT, 2)


def test_a_look_that_could_not_be_taken_is_taken_again():
    assert noticed(UNKNOWN, SECOND).action is noticed(UNKNOWN, 60 * SECOND).action is Action.LOOK_UP


def test_a_look_at_the_very_moment_is_not_the_one_that_was_to_come_after_it():
    delivery = looked_up(UNKNOWN, LookupOutcome.NOT_DONE, SECOND_LOOKUP_AFTER).delivery
    assert noticed(delivery, SECOND_LOOKUP_AFTER).action is Action.NOTHING
    assert noticed(delivery, SECOND_LOOKUP_AFTER + SECOND).action is Action.LOOK_UP


def test_an_answer_that_was_not_to_be_heard_leaves_it_unknown():
    assert transition_after(SENT, OutcomeUnknown(START)) == state_machine.Transition(UNKNOWN)


def test_what_was_just_sent_is_left_to_its_process():
    assert noticed(SENT, dt.timedelta(0)).action is Action.NOTHING
    assert noticed(SENT, STALLED_AFTER).action is Action.NOTHING
    assert noticed(SENT, STALLED_AFTER + SECOND).action is Action.LOOK_UP


def test_when_the_clock_has_stepped_back_the_quarantine_begins_anew():
    hour = dt.timedelta(hours=1)
    assert noticed(SENT, -hour).action is Action.LOOK_UP
    looked = looked_up(UNKNOWN, LookupOutcome.NOT_DONE, SECOND).delivery
    assert noticed(looked, -hour).action is Action.LOOK_UP
    restarted = looked_up(UNKNOWN, LookupOutcome.NOT_DONE, -hour).delivery
    assert restarted.sent_at == START - hour
    assert looked_up(restarted, LookupOutcome.NOT_DONE, QUARANTINE - hour).action is Action.NOTHING
    assert looked_up(restarted, LookupOutcome.NOT_DONE, QUARANTINE - hour + SECOND).action is Action.SEND


@pytest.mark.parametrize("event", [NotSent, Rejected])
def test_nobody_finds_done_later_what_they_were_told_was_not(event):
    told = transition_after(SENT, event(START + SECOND))
    assert (told.delivery.state, told.delivery.settled_at) == (State.REFUSED, START + SECOND)
    assert told.action is Action.NOTHING


@pytest.mark.parametrize("more", [{"unattended": True}, {"attempts": 2}])
def test_what_nobody_waits_for_is_kept(more):
    assert transition_after(replace(SENT, **more), NotSent(START)).delivery.state == State.ASKED


def test_each_attempt_is_looked_for_anew():
    """What the looks at the first have told says nothing of the second."""
    looked = looked_up(UNKNOWN, LookupOutcome.NOT_DONE, SECOND).delivery
    again = looked_up(looked, LookupOutcome.NOT_DONE, 2 * QUARANTINE).delivery
    lost = transition_after(again, OutcomeUnknown(again.sent_at)).delivery
    assert noticed(lost, 2 * QUARANTINE + 2 * SECOND).action is Action.LOOK_UP


def test_a_second_attempt_is_sent_without_a_look():
    """The first was not sent, or looked for until the quarantine was over."""
    again = replace(ASKED, attempts=1, sent_at=START)
    assert transition_after(again, Started(START)).action is Action.SEND


def test_a_third_attempt_looks_first():
    again = replace(ASKED, attempts=2, sent_at=START)
    assert transition_after(again, Started(START)).action is noticed(again, SECOND).action is Action.LOOK_UP
    assert looked_up(again, LookupOutcome.DONE, SECOND).delivery.state == State.APPLIED
    assert looked_up(again, LookupOutcome.NOT_DONE, SECOND).action is Action.SEND


def test_a_form_whose_page_was_interrupted_is_withdrawn():
    assert noticed(ASKED, STALLED_AFTER).delivery.state == State.ASKED
    assert noticed(ASKED, STALLED_AFTER + SECOND).delivery.state == State.REFUSED


def test_what_may_wait_for_room_is_sent_in_its_turn_alone():
    assert transition_after(IN_LINE, Started(START)) == state_machine.Transition(IN_LINE)
    sent = noticed(IN_LINE, SECOND)
    assert (sent.delivery.state, sent.action) == (State.SENT, Action.SEND)
    assert transition_after(sent.delivery, NotSent(START)).delivery.state == State.ASKED


def test_it_waits_for_a_day_at_most():
    assert noticed(IN_LINE, LONGEST_WAIT).action is Action.SEND
    given_up = noticed(IN_LINE, LONGEST_WAIT + SECOND)
    assert (given_up.delivery.state, given_up.action) == (State.REFUSED, Action.NOTHING)
    approved_late = replace(IN_LINE, deferred_since=START + LONGEST_WAIT)
    assert noticed(approved_late, LONGEST_WAIT + SECOND).action is Action.SEND


def test_it_is_taken_back_until_it_is_sent():
    assert transition_after(IN_LINE, Cancelled(START)).delivery.state == State.REFUSED
    sent = noticed(IN_LINE, SECOND).delivery
    assert transition_after(sent, Cancelled(START)).delivery == sent


def test_once_sent_it_is_a_change_like_any_other():
    unclear = replace(IN_LINE, state=State.UNKNOWN, attempts=1, sent_at=START)
    assert noticed(unclear, 2 * LONGEST_WAIT).action is Action.LOOK_UP
    again = replace(IN_LINE, attempts=2, sent_at=START)
    assert noticed(again, SECOND).action is Action.LOOK_UP


def test_what_waits_for_a_second_person_is_left_alone():
    waiting = replace(ASKED, state=State.WAITING)
    assert (
        noticed(waiting, 99 * QUARANTINE).delivery
        == transition_after(waiting, Started(START)).delivery
        == waiting
    )
    assert transition_after(waiting, Cancelled(START)).delivery.state == State.REFUSED
    approved = transition_after(waiting, Approved(START)).delivery
    assert (approved.state, approved.unattended) == (State.ASKED, True)


def test_what_is_done_is_read_back_until_it_was():
    assert noticed(APPLIED, STALLED_AFTER).action is Action.NOTHING
    assert noticed(APPLIED, STALLED_AFTER + SECOND).action is Action.READ_BACK
    assert noticed(replace(APPLIED, is_mirrored=True), 99 * STALLED_AFTER).action is Action.NOTHING
