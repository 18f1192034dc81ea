"""manage.py connect_store: the token is checked against the API before anything is saved."""

import io

import pytest
from django.core.management import CommandError, call_command

from arportal.stores.models import Store
from tests.cast import forget_stores


@pytest.fixture
def connect(db, sandbox, monkeypatch):
    forget_stores()

    def run(token="sandbox-token", **options) -> str:
        monkeypatch.setenv("TEST_TOKEN", token)
        answer = io.StringIO()
        plain = {"hash": "sandbox", "api_url": sandbox.api_url, "token_env": "TEST_TOKEN"}
        call_command("connect_store", **plain | options, stdout=answer)
        return answer.getvalue()

    return run


def refused(connect, **options) -> str:
    with pytest.raises(CommandError) as reason:
        connect(**options)
    assert not Store.objects.exists()
    assert "wrong-token" not in str(reason.value)
    return str(reason.value)


def test_it_works(connect):
    assert "/s/sandbox/" in connect(name="Demo", time_zone="Europe/Paris")
    store = Store.objects.get()
    assert (store.name, store.time_zone, store.token) == ("Demo", "Europe/Paris", "sandbox-token")


def test_again_changes_the_same_store(connect):
    connect()
    connect(name="New name")
    assert Store.objects.get().name == "New name"


def test_a_wrong_token(connect):
    assert "token" in refused(connect, token="wrong-token")


def test_a_wrong_store_hash(connect):
    assert "store hash" in refused(connect, hash="nowhere")


def test_an_address_where_nothing_is(connect, sandbox):
    elsewhere = f"{sandbox.address}/api/v2/io"
    said = refused(connect, api_url=elsewhere)
    for words in (
        f"{elsewhere}/companies",
        "404",
        "store hash sandbox",
        "https://api-b2b.",
        "/api/v3/io",
        "plan",
    ):
        assert words in said


def test_something_else_answers(connect, sandbox):
    sandbox.fault("html", count=20)
    said = refused(connect)
    assert f"{sandbox.api_url}/companies" in said
    assert "https://api-b2b." in said


def test_no_token(connect):
    assert "No token given" in refused(connect, token="")


def test_the_api_is_down(connect):
    assert "cannot be reached" in refused(connect, api_url="http://127.0.0.1:9/api/v3/io")


def test_an_address_without_tls(connect):
    assert "https" in refused(connect, api_url="http://api.example.com/api/v3/io")


def test_an_unknown_time_zone(connect):
    assert "Mars/Base is not a time zone" in refused(connect, time_zone="Mars/Base")


@pytest.mark.parametrize("kind", ["429", "500"])
def test_the_api_answers_with_an_error(connect, sandbox, kind):
    sandbox.fault(kind, count=20)
    assert refused(connect)


def test_a_new_token_leaves_the_rest_as_it_was(connect):
    connect(time_zone="America/New_York", currency="EUR", name="Ours")
    connect()
    store = Store.objects.get()
    assert (store.time_zone, store.currency, store.name) == ("America/New_York", "EUR", "Ours")
