"""Guessed passwords: counted over all processes, before they are hashed, by where they come from."""

import time

import pytest
from django.db import connection
from django.test import Client

from tests.cast import PASSWORD
from tests.stores.guessing import guess
from tests.whole import whole_or

LIMIT = 10
HERE, ELSEWHERE = "10.0.0.1", "10.0.0.2"


@pytest.mark.django_db(transaction=True)
def test_it_works(clerk):
    count = whole_or(500, 15)
    began = time.monotonic()
    reached = guess(connection.settings_dict["NAME"], clerk.user.email, (count, count), HERE)
    minutes = int((time.monotonic() - began) // 60)
    assert 1 <= reached <= LIMIT * (1 + minutes)
    form = {"login": clerk.user.email, "password": PASSWORD}
    refused = Client().post("/accounts/login/", form, REMOTE_ADDR=HERE)
    assert "Too many failed" in refused.content.decode()
    assert Client().post("/accounts/login/", form, REMOTE_ADDR=ELSEWHERE)["Location"] == "/"


def test_who_signs_in_often_is_not_kept_out(clerk, client):
    for _attempt in range(LIMIT + 1):
        form = {"login": clerk.user.email, "password": PASSWORD}
        assert client.post("/accounts/login/", form)["Location"] == "/"
        client.post("/accounts/logout/")
