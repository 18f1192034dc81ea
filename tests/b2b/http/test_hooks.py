"""Pacer and hooks: told of every attempt, and never able to spoil one."""

from collections.abc import Mapping
from typing import Any

import pytest

from arportal.b2b import Client, Exchange, Pacer, RateLimited, Unavailable
from tests.b2b.server import STORE_HASH, TOKEN, Answer, ApiServer, hang_up


class Notes:
    """A pacer that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def before(self, method: str, path: str) -> None:
        self.told.append((method, path))

    def after(self, status: int | None, headers: Mapping[str, str]) -> None:
        self.told.append((status, headers.get("x-requests-remaining")))


class Full(Notes):
    def before(self, method: str, path: str) -> None:
        raise RateLimited("our own budget is used up", wait=7)


class Clumsy(Notes):
    def after(self, status: int | None, headers: Mapping[str, str]) -> None:
        raise RuntimeError("the pacer's database is gone")


def client(server: ApiServer, pacer: Pacer | None = None, hooks: Any = ()) -> Client:
    return Client(
        store_hash=STORE_HASH, token=TOKEN, base_url=server.url, max_wait=0, pacer=pacer, hooks=hooks
    )


def test_it_works(api_server: ApiServer) -> None:
    api_server.answer(Answer(200, {"data": []}, {"X-Requests-Remaining": "149 times"}))
    pacer, exchanges = Notes(), list[Exchange]()
    with client(api_server, pacer, [exchanges.append]) as ours:
        ours.methods.list()
    assert pacer.told == [("GET", "/payments"), (200, "149 times")]
    (exchange,) = exchanges
    assert (exchange.method, exchange.path, exchange.status) == ("GET", "/payments", 200)
    assert (exchange.attempt, exchange.failure, exchange.received_bytes) == (1, None, 12)


def test_silence_is_told_too(api_server: ApiServer) -> None:
    api_server.answer(hang_up)
    pacer, exchanges = Notes(), list[Exchange]()
    with client(api_server, pacer, [exchanges.append]) as ours, pytest.raises(Unavailable):
        ours.methods.list()
    assert pacer.told[1] == (None, None)
    assert (exchanges[0].status, exchanges[0].failure) == (None, "RemoteDisconnected")


def test_a_pacer_can_forbid(api_server: ApiServer) -> None:
    with client(api_server, Full()) as ours, pytest.raises(RateLimited, match="our own budget"):
        ours.methods.list()
    assert not api_server.requests


def test_a_clumsy_listener_does_not_undo_a_write(
    api_server: ApiServer, caplog: pytest.LogCaptureFixture
) -> None:
    api_server.data({"id": 5})
    with client(api_server, Clumsy()) as ours:
        assert ours.payments.delete(5) == 5
    assert "a listener failed" in caplog.text
