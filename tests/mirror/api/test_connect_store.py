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


def test_again_changes_the_same_store_and_leaves_what_is_not_named(connect):
    connect(time_zone="America/New_York", currency="EUR", name="Ours")
    connect()
    connect(name="New name")
    store = Store.objects.get()
    assert (store.time_zone, store.currency, store.name) == ("America/New_York", "EUR", "New name")


def test_what_is_refused(connect, sandbox):
    cases = [
        ({"token": "wrong-token"}, "token"),
        ({"token": ""}, "No token given"),
        ({"hash": "nowhere"}, "store hash"),
        ({"api_url": "http://127.0.0.1:9/api/v3/io"}, "cannot be reached"),
        ({"api_url": "http://api.example.com/api/v3/io"}, "https"),
        ({"time_zone": "Mars/Base"}, "Mars/Base is not a time zone"),
    ]
    reasons = [refused(connect, **options) for options, _words in cases]
    assert [
        words for (_options, words), reason in zip(cases, reasons, strict=True) if words not in reason
    ] == []
    for kind in ("429", "500"):
        sandbox.fault(kind, count=20)
        assert refused(connect)
        sandbox.control("DELETE", "faults")


def test_another_address_is_told_what_the_right_one_is_like(connect, sandbox):
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
    # Something else answers at the right one.
    sandbox.fault("html", count=20)
    said = refused(connect)
    assert f"{sandbox.api_url}/companies" in said
    assert "https://api-b2b." in said
