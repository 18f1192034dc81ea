"""Guessed passwords: counted over all processes, before they are hashed, by where they come from."""

import time

import pytest
from django.test import Client

from tests.cast import PASSWORD
from tests.stores.guessing import guess_in_processes, guess_in_threads
from tests.whole import only_whole

LIMIT = 10
HERE, ELSEWHERE = "10.0.0.1", "10.0.0.2"


@pytest.mark.django_db(transaction=True)
def test_it_works(clerk):
    assert 1 <= guess_in_threads(clerk.user.email, 8, HERE) <= LIMIT
    only_elsewhere(clerk)


@only_whole("test_it_works")
@pytest.mark.django_db(transaction=True)
def test_a_thousand_over_two_processes(clerk):
    began = time.monotonic()
    reached = guess_in_processes(clerk.user.email, 500, HERE)
    minutes = int((time.monotonic() - began) // 60)
    assert 1 <= reached <= LIMIT * (1 + minutes)
    only_elsewhere(clerk)


def only_elsewhere(clerk) -> None:
    """The right password is refused where the guesses came from, and opens from anywhere else."""
    form = {"login": clerk.user.email, "password": PASSWORD}
    assert "Too many" in Client().post("/accounts/login/", form, REMOTE_ADDR=HERE).content.decode()
    assert Client().post("/accounts/login/", form, REMOTE_ADDR=ELSEWHERE)["Location"] == "/"


def test_who_signs_in_often_is_not_kept_out(clerk, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "2/m/ip"}
    form = {"login": clerk.user.email, "password": PASSWORD}
    answers = [Client().post("/accounts/login/", form) for _attempt in range(3)]
    assert {answer["Location"] for answer in answers} == {"/"}
    wrong = [Client().post("/accounts/login/", form | {"password": "guess"}) for _attempt in range(3)]
    assert ["Too many" in answer.content.decode() for answer in wrong] == [False, False, True]
