"""Giving turns: workers evenly and never from the reserve, people at once, nobody beyond the API's budget."""

import datetime as dt

import pytest

from arportal.mirror.models import RequestBudget
from arportal.mirror.rate_limit.scheduler import BURST, Later, Priority, Turn, given_since, take

NOW = dt.datetime(2026, 3, 2, 8, 0, 0, tzinfo=dt.UTC)
RESERVE = 10


def seconds(count):
    return dt.timedelta(seconds=count)


@pytest.fixture
def untold():
    return RequestBudget(store_id=1, allocated=150)


@pytest.fixture
def told():
    """Half a minute to go, 40 requests remain."""
    return RequestBudget(store_id=1, allocated=150, remaining=40, resets_at=NOW + seconds(30))


def turns_of(budget, priority, count, *, now=NOW):
    return [take(budget, priority, RESERVE, now) for _ in range(count)]


def test_it_works(told):
    assert turns_of(told, Priority.WORKER, 2) == [Turn(NOW), Turn(NOW + seconds(30) / (40 - RESERVE))]
    assert told.remaining == 38


def test_without_a_word_from_the_api_workers_go_evenly(untold):
    turns = turns_of(untold, Priority.WORKER, 3)
    assert [turn.at - NOW for turn in turns] == [seconds(60) / 140 * number for number in range(3)]


def test_the_first_of_a_quiet_minute_go_at_once_the_others_evenly(told):
    told.remaining = 149
    turns = turns_of(told, Priority.WORKER, BURST + 2)
    assert {turn.at for turn in turns[:BURST]} == {NOW}
    assert turns[-1].at - turns[-2].at == seconds(60) / 140


def test_nobody_hurries_when_little_is_left(told):
    told.remaining = RESERVE + 2 * BURST
    first, second = turns_of(told, Priority.WORKER, 2)
    assert second.at > first.at


def test_workers_leave_the_reserve(told):
    told.remaining = RESERVE
    assert take(told, Priority.WORKER, RESERVE, NOW) == Later(told.resets_at)
    assert take(told, Priority.PERSON, RESERVE, NOW) == Turn(NOW)


def test_people_wait_when_nothing_remains(told):
    told.remaining = 0
    assert take(told, Priority.PERSON, RESERVE, NOW) == Later(told.resets_at)


def test_people_go_at_once_and_workers_give_way(told):
    turns_of(told, Priority.WORKER, 2)
    due = told.next_turn
    assert take(told, Priority.PERSON, RESERVE, NOW) == Turn(NOW)
    assert told.next_turn - due == pytest.approx(seconds(1), abs=seconds(0.1))


def test_workers_keep_their_distance_from_a_person_who_went_just_now(untold):
    turns_of(untold, Priority.PERSON, 1)
    assert take(untold, Priority.WORKER, RESERVE, NOW).at == NOW + seconds(60) / 140


def test_a_turn_after_the_reset_is_not_given_yet(told):
    told.next_turn = told.resets_at + seconds(5)
    assert take(told, Priority.WORKER, RESERVE, NOW) == Later(told.resets_at)
    assert told.in_flight == []


def test_people_cannot_push_the_workers_beyond_the_reset(told):
    turns_of(told, Priority.PERSON, 40)
    assert told.next_turn == told.resets_at


def test_what_was_told_ends_with_the_window(told):
    told.remaining = 0
    assert take(told, Priority.WORKER, RESERVE, told.resets_at) == Turn(NOW + seconds(30))
    assert (told.remaining, told.resets_at) == (None, None)


def test_room_is_left_for_the_other_clients_of_other_windows(told):
    told.other_clients, told.other_clients_so_far = 10, 5
    first, second = turns_of(told, Priority.WORKER, 2)
    assert second.at - first.at == seconds(30) / (40 - RESERVE - 5)


def test_no_turn_is_given_far_ahead(told):
    told.next_turn = NOW + seconds(7)
    assert take(told, Priority.WORKER, RESERVE, NOW) == Later(NOW + seconds(5))


def test_a_burst_before_and_after_the_reset_stays_within_a_minute_of_requests(told):
    told.remaining, told.resets_at = 150, NOW + seconds(1)
    assert all(isinstance(turn, Turn) for turn in turns_of(told, Priority.PERSON, 150))
    just_after = NOW + seconds(2)
    assert take(told, Priority.PERSON, RESERVE, just_after) == Later(NOW + seconds(62))
    assert take(told, Priority.PERSON, RESERVE, NOW + seconds(62)) == Turn(NOW + seconds(62))


def test_workers_leave_people_their_reserve_of_the_last_minute_too(untold):
    turns_of(untold, Priority.PERSON, 140)
    untold.next_turn = None
    assert take(untold, Priority.WORKER, RESERVE, NOW + seconds(30)) == Later(NOW + seconds(62))
    assert isinstance(take(untold, Priority.PERSON, RESERVE, NOW + seconds(30)), Turn)


def test_a_small_budget_is_not_all_reserve():
    tiny = RequestBudget(store_id=1, allocated=3, remaining=3, resets_at=NOW + seconds(30))
    assert isinstance(take(tiny, Priority.WORKER, RESERVE, NOW), Turn)


def test_turns_of_the_last_minute_are_known(untold):
    turns_of(untold, Priority.PERSON, 3, now=NOW - seconds(70))
    turns_of(untold, Priority.PERSON, 2)
    assert given_since(untold, NOW - seconds(60)) == 2
