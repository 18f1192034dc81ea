"""Learning from answers: the prose of the headers, answers that overtake each other, refusals, other clients."""

import datetime as dt

import pytest

from arportal.mirror.models import RequestBudget
from arportal.mirror.rate_limit.rate_limit_headers import RateLimitHeaders, learn
from arportal.mirror.rate_limit.scheduler import Later, Priority, take

NOW = dt.datetime(2026, 3, 2, 8, 0, 0, tzinfo=dt.UTC)
RESERVE = 10


def seconds(count):
    return dt.timedelta(seconds=count)


@pytest.fixture
def budget():
    return RequestBudget(store_id=1, allocated=150)


def ask(budget, now=NOW):
    return take(budget, Priority.PERSON, RESERVE, now).at


def answer(budget, turn, *, remaining, resets_after, status=200, now=NOW):
    learn(
        budget,
        turn,
        status,
        RateLimitHeaders(150, seconds(60), remaining, seconds(resets_after)),
        RESERVE,
        now,
    )


def test_it_works(budget):
    answer(budget, ask(budget), remaining=120, resets_after=48.5)
    assert (budget.remaining, budget.resets_at) == (120, NOW + seconds(48.5))
    assert budget.in_flight == []


@pytest.mark.parametrize("letters", [str, str.lower, str.upper])
def test_the_headers_prose(letters):
    headers = {
        "X-Requests-Allocated": "200 times/30 s",
        "X-Requests-Remaining": "17 times",
        "X-Request-Window-Resets-After": "3.25 s",
    }
    limits = RateLimitHeaders.parse({letters(name): value for name, value in headers.items()})
    assert limits == RateLimitHeaders(200, seconds(30), 17, seconds(3.25))


def test_the_other_spelling():
    headers = {"X-Request-Remaining": "0 times", "X-Requests-Window-Resets-After": "9"}
    assert RateLimitHeaders.parse(headers) == RateLimitHeaders(None, None, 0, seconds(9))


@pytest.mark.parametrize("headers", [{}, {"X-Requests-Allocated": "many", "X-Requests-Remaining": "-1"}])
def test_nothing_readable(budget, headers):
    learn(budget, ask(budget), 200, RateLimitHeaders.parse(headers), RESERVE, NOW)
    assert (budget.allocated, budget.remaining, budget.resets_at) == (150, None, None)


def test_the_allocation_is_adopted(budget):
    learn(budget, ask(budget), 200, RateLimitHeaders(450, seconds(30), 400, seconds(12)), RESERVE, NOW)
    assert (budget.allocated, budget.window) == (450, seconds(30))


def test_requests_under_way_are_not_given_out_twice(budget):
    first, *_others = (ask(budget, NOW + seconds(0.1) * number) for number in range(4))
    answer(budget, first, remaining=149, resets_after=60)
    assert budget.remaining == 146


def test_an_answer_that_was_overtaken_inflates_nothing(budget):
    slow, quick = ask(budget), ask(budget, NOW + seconds(0.1))
    answer(budget, quick, remaining=98, resets_after=40)
    answer(budget, slow, remaining=99, resets_after=42, now=NOW + seconds(2))
    assert (budget.remaining, budget.resets_at) == (97, NOW + seconds(40))


def test_an_answer_from_the_window_before_is_ignored(budget):
    slow, quick = ask(budget), ask(budget, NOW + seconds(2))
    answer(budget, quick, remaining=149, resets_after=58, now=NOW + seconds(2))
    answer(budget, slow, remaining=2, resets_after=1, now=NOW + seconds(3))
    assert (budget.remaining, budget.resets_at) == (148, NOW + seconds(60))


def test_a_new_window_is_noticed_before_the_old_one_ends_by_our_clock(budget):
    budget.remaining, budget.resets_at = 3, NOW + seconds(2)
    answer(budget, ask(budget), remaining=148, resets_after=59)
    assert (budget.remaining, budget.resets_at) == (148, NOW + seconds(59))


def test_a_refusal_empties_the_window(budget):
    answer(budget, ask(budget), status=429, remaining=0, resets_after=21)
    assert take(budget, Priority.PERSON, RESERVE, NOW) == Later(NOW + seconds(21))


def test_a_refusal_without_a_word_empties_a_whole_window(budget):
    learn(budget, ask(budget), 429, RateLimitHeaders.parse({}), RESERVE, NOW)
    assert take(budget, Priority.PERSON, RESERVE, NOW) == Later(NOW + seconds(60))


def test_a_process_that_died_with_a_request_under_way_is_forgotten(budget):
    ask(budget)
    later = NOW + seconds(91)
    answer(budget, ask(budget, later), remaining=100, resets_after=30, now=later)
    assert (budget.in_flight, budget.remaining) == ([], 100)


def test_other_clients_are_counted_by_the_window(budget):
    answer(budget, ask(budget), remaining=100, resets_after=50)
    assert budget.other_clients_so_far == 49
    take(budget, Priority.WORKER, RESERVE, NOW + seconds(50))
    assert (budget.other_clients, budget.other_clients_so_far) == (49, 0)


def test_a_server_that_looks_back_is_recognised(budget):
    answer(budget, ask(budget), remaining=99, resets_after=0.25)
    assert budget.looks_back
    assert budget.other_clients == 50


def test_a_fixed_window_is_recognised_again(budget):
    budget.looks_back = True
    answer(budget, ask(budget), remaining=99, resets_after=20)
    assert not budget.looks_back


def test_a_short_reset_with_little_left_is_the_end_of_a_fixed_window(budget):
    answer(budget, ask(budget), remaining=12, resets_after=0.5)
    assert not budget.looks_back


def test_where_the_api_looks_back_workers_wait_until_the_reserve_is_whole(budget):
    budget.looks_back = True
    answer(budget, ask(budget), remaining=8, resets_after=0.5)
    oldest_forgotten, two_more = seconds(4.5), seconds(0.8)
    assert take(budget, Priority.WORKER, RESERVE, NOW) == Later(NOW + oldest_forgotten + two_more)
