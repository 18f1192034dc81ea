"""What is decided, case by case; `test_deciding_machine.py` puts the cases in any order."""

import datetime as dt
from dataclasses import replace

import pytest

from arportal.receivables.changes import deciding
from arportal.receivables.changes.deciding import (
    HASTE,
    LONGEST_WAIT,
    LOOK_AGAIN,
    QUARANTINE,
    TOO_LONG,
    Action,
    Answered,
    Approved,
    Declined,
    Dropped,
    Fate,
    LookedUp,
    Lost,
    Noticed,
    ReadBack,
    Stand,
    State,
    Taken,
    Unsent,
    decide,
)

START = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
ASKED = Stand(State.ASKED, START)
SENT = Stand(State.SENT, START, attempts=1, sent_at=START)
UNKNOWN = replace(SENT, state=State.UNKNOWN)
IN_LINE = replace(ASKED, unattended=True, deferred_since=START)
APPLIED = replace(SENT, state=State.APPLIED, settled_at=START)


def looked_up(stand: Stand, fate: Fate, after: dt.timedelta) -> deciding.Decision:
    return decide(stand, LookedUp(START + after + SECOND, put=START + after, fate=fate))


def noticed(stand: Stand, after: dt.timedelta) -> deciding.Decision:
    return decide(stand, Noticed(START + after))


def test_it_works():
    sent = decide(ASKED, Taken(START))
    assert (sent.stand, sent.action) == (SENT, Action.SEND)
    done = decide(sent.stand, Answered(START))
    assert (done.stand, done.action) == (APPLIED, Action.READ_BACK)
    assert decide(done.stand, ReadBack(START)).stand.is_mirrored


def test_the_times_leave_room_for_a_slow_store():
    """HASTE, a connection of several addresses, an answer in drops: half of the quarantine is the store's."""
    assert HASTE + dt.timedelta(seconds=90) < QUARANTINE / 2
    assert LOOK_AGAIN < QUARANTINE


@pytest.mark.parametrize("event", [Answered, Unsent, Declined, Lost, ReadBack, Approved])
@pytest.mark.parametrize("stand", [ASKED, replace(SENT, state=State.REFUSED), UNKNOWN])
def test_what_comes_too_late_changes_nothing(event, stand):
    decision = decide(stand, event(START))
    assert (decision.stand, decision.action) == (stand, Action.NOTHING)


@pytest.mark.parametrize("state", [State.SENT, State.UNKNOWN, State.APPLIED, State.REFUSED])
def test_what_may_have_reached_the_store_cannot_be_dropped(state):
    assert decide(replace(SENT, state=state), Dropped(START)).stand.state == state


@pytest.mark.parametrize("state", [State.SENT, State.UNKNOWN])
def test_that_it_was_done_is_believed_at_once(state):
    assert looked_up(replace(SENT, state=state), Fate.DONE, SECOND).stand.state == State.APPLIED


@pytest.mark.parametrize("fate", [Fate.NOT_DONE, Fate.OVERTAKEN, Fate.GONE])
def test_that_it_was_not_done_is_believed_after_the_quarantine(fate):
    early = looked_up(UNKNOWN, fate, QUARANTINE)
    assert (early.stand.state, early.action) == (State.UNKNOWN, Action.NOTHING)
    late = looked_up(UNKNOWN, fate, QUARANTINE + SECOND)
    assert late.stand.state == (State.SENT if fate is Fate.NOT_DONE else State.REFUSED)


def test_the_quarantine_ends_by_when_the_question_was_put():
    slow_answer = LookedUp(START + 2 * QUARANTINE, put=START + QUARANTINE, fate=Fate.NOT_DONE)
    assert decide(UNKNOWN, slow_answer).action is Action.NOTHING


def test_the_next_quarantine_begins_with_the_answer():
    slow_answer = LookedUp(START + 3 * QUARANTINE, put=START + 2 * QUARANTINE, fate=Fate.NOT_DONE)
    assert decide(UNKNOWN, slow_answer).stand.sent_at == START + 3 * QUARANTINE


def test_three_looks_are_enough():
    """One soon, one when slow stores have had their time, one when it may be sent again."""
    stand, looks = UNKNOWN, []
    for minute in range(1, 12):
        after = minute * dt.timedelta(minutes=1)
        if noticed(stand, after).action is Action.LOOK_UP:
            looks.append(minute)
            stand = looked_up(stand, Fate.NOT_DONE, after).stand
    assert looks == [1, 3, 11]
    assert (stand.state, stand.attempts) == (State.SENT, 2)


def test_a_look_that_could_not_be_taken_is_taken_again():
    assert noticed(UNKNOWN, SECOND).action is noticed(UNKNOWN, 60 * SECOND).action is Action.LOOK_UP


def test_what_was_just_sent_is_left_to_its_process():
    assert noticed(SENT, TOO_LONG).action is Action.NOTHING
    assert noticed(SENT, TOO_LONG + SECOND).action is Action.LOOK_UP


def test_when_the_clock_has_stepped_back_the_quarantine_begins_anew():
    hour = dt.timedelta(hours=1)
    assert noticed(SENT, -hour).action is Action.LOOK_UP
    restarted = looked_up(UNKNOWN, Fate.NOT_DONE, -hour).stand
    assert restarted.sent_at == START - hour
    assert looked_up(restarted, Fate.NOT_DONE, QUARANTINE - hour).action is Action.NOTHING
    assert looked_up(restarted, Fate.NOT_DONE, QUARANTINE - hour + SECOND).action is Action.SEND


def test_nobody_finds_done_later_what_they_were_told_was_not():
    assert decide(SENT, Unsent(START)).stand.state == State.REFUSED


@pytest.mark.parametrize("more", [{"unattended": True}, {"attempts": 2}])
def test_what_nobody_waits_for_is_kept(more):
    assert decide(replace(SENT, **more), Unsent(START)).stand.state == State.ASKED


def test_a_third_attempt_looks_first():
    again = replace(ASKED, attempts=2, sent_at=START)
    assert decide(again, Taken(START)).action is noticed(again, SECOND).action is Action.LOOK_UP
    assert looked_up(again, Fate.DONE, SECOND).stand.state == State.APPLIED
    assert looked_up(again, Fate.NOT_DONE, SECOND).action is Action.SEND


def test_a_form_whose_page_was_interrupted_is_withdrawn():
    assert noticed(ASKED, TOO_LONG).stand.state == State.ASKED
    assert noticed(ASKED, TOO_LONG + SECOND).stand.state == State.REFUSED


def test_what_may_wait_for_room_is_sent_in_its_turn_alone():
    assert decide(IN_LINE, Taken(START)) == deciding.Decision(IN_LINE)
    sent = noticed(IN_LINE, SECOND)
    assert (sent.stand.state, sent.action) == (State.SENT, Action.SEND)
    assert decide(sent.stand, Unsent(START)).stand.state == State.ASKED


def test_it_waits_for_a_day_at_most():
    assert noticed(IN_LINE, LONGEST_WAIT).action is Action.SEND
    given_up = noticed(IN_LINE, LONGEST_WAIT + SECOND)
    assert (given_up.stand.state, given_up.action) == (State.REFUSED, Action.NOTHING)
    approved_late = replace(IN_LINE, deferred_since=START + LONGEST_WAIT)
    assert noticed(approved_late, LONGEST_WAIT + SECOND).action is Action.SEND


def test_it_is_taken_back_until_it_is_sent():
    assert decide(IN_LINE, Dropped(START)).stand.state == State.REFUSED
    sent = noticed(IN_LINE, SECOND).stand
    assert decide(sent, Dropped(START)).stand == sent


def test_once_sent_it_is_a_change_like_any_other():
    unclear = replace(IN_LINE, state=State.UNKNOWN, attempts=1, sent_at=START)
    assert noticed(unclear, 2 * LONGEST_WAIT).action is Action.LOOK_UP
    again = replace(IN_LINE, attempts=2, sent_at=START)
    assert noticed(again, SECOND).action is Action.LOOK_UP


def test_what_waits_for_a_second_person_is_left_alone():
    waiting = replace(ASKED, state=State.WAITING)
    assert noticed(waiting, 99 * QUARANTINE).stand == decide(waiting, Taken(START)).stand == waiting
    approved = decide(waiting, Approved(START)).stand
    assert (approved.state, approved.unattended) == (State.ASKED, True)


def test_what_is_done_is_read_back_until_it_was():
    assert noticed(APPLIED, TOO_LONG).action is Action.NOTHING
    assert noticed(APPLIED, TOO_LONG + SECOND).action is Action.READ_BACK
    assert noticed(replace(APPLIED, is_mirrored=True), 99 * TOO_LONG).action is Action.NOTHING
