"""manage.py webhooks register."""

import io

import pytest
import requests
from django.core.management import CommandError, call_command

from arportal.mirror.api import connections
from tests.sandbox_server import TOKEN

SITE = "https://ar.example.com"


@pytest.fixture
def register(store, sandbox, settings, monkeypatch):
    settings.BIGCOMMERCE_API = sandbox.address
    connections._of_thread.__dict__.clear()

    def run(secret="the app's own", **options) -> str:
        monkeypatch.setenv("TEST_SECRET", secret)
        answer = io.StringIO()
        plain = {"store": "demo", "site": SITE, "secret_env": "TEST_SECRET"}
        call_command("webhooks", "register", **plain | options, stdout=answer)
        return answer.getvalue()

    yield run
    connections._of_thread.__dict__.clear()


@pytest.fixture
def registered(sandbox):
    headers = {"X-Auth-Token": TOKEN, "X-Store-Hash": "sandbox"}
    address = f"{sandbox.address}/stores/sandbox/v3/hooks"
    return lambda: requests.get(address, headers=headers, timeout=10).json()["data"]


def test_it_works(register, registered, store):
    assert "store/order/*" in register()
    assert {each["destination"] for each in registered()} == {f"{SITE}/hooks/demo/"}
    store.refresh_from_db()
    assert store.webhook_secret == "the app's own"


def test_again_registers_nothing_twice(register, registered):
    register()
    before = registered()
    register()
    assert registered() == before


def test_one_that_was_given_up_is_taken_up_again(register, registered, sandbox):
    register()
    first = registered()[0]["id"]
    headers = {"X-Auth-Token": TOKEN, "X-Store-Hash": "sandbox"}
    address = f"{sandbox.address}/stores/sandbox/v3/hooks/{first}"
    requests.put(address, json={"is_active": False}, headers=headers, timeout=10)
    register()
    assert all(each["is_active"] for each in registered())


def test_only_https(register, registered):
    with pytest.raises(CommandError, match="https"):
        register(site="http://ar.example.com")
    assert registered() == []


def test_without_a_secret(register, registered):
    with pytest.raises(CommandError, match="secret"):
        register(secret="")
    assert registered() == []


def test_an_unknown_store(register):
    with pytest.raises(CommandError, match="no store"):
        register(store="elsewhere")
