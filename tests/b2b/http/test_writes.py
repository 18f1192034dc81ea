"""POST, PUT, DELETE: sent once, whatever comes, and every unclear end is Ambiguous."""

import time
from decimal import Decimal
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from arportal.b2b.errors import Ambiguous, Forbidden, NotFound, RateLimited, Refused, Unavailable
from arportal.b2b.http.transport import Transport
from tests.b2b.server import Answer, ApiServer, enveloped, hang_up

GOOD = Answer(body=enveloped({"id": 9}))


def hang(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(0.8)
    handler.close_connection = True


def close_in_the_middle(handler: BaseHTTPRequestHandler) -> None:
    Answer(body=b'{"code": 200', headers={"Content-Length": "900"}).send(handler)
    handler.close_connection = True


def test_it_works(api_server: ApiServer, api_transport: Transport) -> None:
    api_server.answer(GOOD)
    assert api_transport.send("POST", "/things", {"name": "Øst"}).identifier("id") == 9
    (request,) = api_server.requests
    assert (request.method, request.json) == ("POST", {"name": "Øst"})


def test_decimals_travel_as_exact_numbers(api_server: ApiServer, api_transport: Transport) -> None:
    api_server.answer(GOOD)
    api_transport.send("POST", "/things", {"value": Decimal("1E+2"), "list": [Decimal("0.1000")]})
    assert api_server.requests[0].body == b'{"value":100,"list":[0.1000]}'


def test_a_float_does_not_travel(api_transport: Transport) -> None:
    with pytest.raises(TypeError, match="Decimal"):
        api_transport.send("POST", "/things", {"value": 0.1})


def test_a_delete_has_no_body(api_server: ApiServer, api_transport: Transport) -> None:
    api_server.answer(Answer(204, b""))
    assert api_transport.send("DELETE", "/things/9").status == 204
    assert api_server.requests[0].body == b""


@pytest.mark.parametrize(
    "end",
    [
        hang_up,
        hang,
        close_in_the_middle,
        Answer(500),
        Answer(502, b"<html>"),
        Answer(408),
        Answer(302, headers={"Location": "/elsewhere"}),
        Answer(body=b"<html>"),
        Answer(body=b'{"code": 200, "da'),
        Answer(body=b""),
        Answer(body=b"no gzip", headers={"Content-Encoding": "gzip"}),
        Answer(body=enveloped({"id": 9}, code=500)),
        Answer(body=enveloped({"id": 9}, code=100)),
        Answer(body={"code": None, "data": {"id": 9}}),
    ],
)
def test_an_unclear_end_is_ambiguous_and_never_repeated(
    api_server: ApiServer, api_transport: Transport, end: Any
) -> None:
    api_server.answer(end, GOOD)
    with pytest.raises(Ambiguous):
        api_transport.send("POST", "/things", {})
    assert len(api_server.requests) == 1


@pytest.mark.parametrize(
    "data", [{}, [], {"id": None}, {"id": ""}, {"id": True}, {"id": "x"}, {"id": 1.5}, "9"]
)
def test_a_success_without_an_id_is_ambiguous(
    api_server: ApiServer, api_transport: Transport, data: Any
) -> None:
    api_server.data(data)
    with pytest.raises(Ambiguous):
        api_transport.send("POST", "/things", {}).identifier("id", "thingId")


def test_an_id_in_digits_under_another_name_is_an_id(api_server: ApiServer, api_transport: Transport) -> None:
    api_server.data({"thingId": "12"})
    assert api_transport.send("POST", "/things", {}).identifier("id", "thingId") == 12


@pytest.mark.parametrize(
    ("status", "error"), [(422, Refused), (409, Refused), (404, NotFound), (403, Forbidden)]
)
def test_a_refusal_is_certain(
    api_server: ApiServer, api_transport: Transport, status: int, error: type[Exception]
) -> None:
    api_server.answer(Answer(status, b"<html>"))
    with pytest.raises(error):
        api_transport.send("POST", "/things", {})


def test_a_refusal_is_certain_even_if_its_words_break_off(
    api_server: ApiServer, api_transport: Transport
) -> None:
    def refuse_and_close(handler: BaseHTTPRequestHandler) -> None:
        Answer(422, b'{"code"', {"Content-Length": "900"}).send(handler)
        handler.close_connection = True

    api_server.answer(refuse_and_close)
    with pytest.raises(Refused):
        api_transport.send("POST", "/things", {})


def test_a_429_is_not_repeated(api_server: ApiServer, api_transport: Transport) -> None:
    api_server.answer(Answer(429, headers={"X-Request-Window-Resets-After": "0.1 s"}), GOOD)
    with pytest.raises(RateLimited) as caught:
        api_transport.send("POST", "/things", {})
    assert (caught.value.wait, len(api_server.requests)) == (0.1, 1)


def test_nobody_at_home_means_nothing_was_sent(api_server: ApiServer, api_transport: Transport) -> None:
    api_server.stop()
    with pytest.raises(Unavailable):
        api_transport.send("POST", "/things", {})


def test_a_write_takes_no_connection_that_was_used_before(
    api_server: ApiServer, api_transport: Transport
) -> None:
    callers = []

    def note_the_caller(handler: BaseHTTPRequestHandler) -> None:
        callers.append(handler.client_address)
        GOOD.send(handler)

    api_server.answer(note_the_caller)
    api_transport.get("/things")
    api_transport.send("POST", "/things", {})
    api_transport.get("/things")
    api_transport.send("POST", "/things", {})
    assert callers[0] != callers[1] == callers[2] != callers[3]
