"""GET: what is sent, when it is tried again, and what its failures are called."""

import gzip
import json
import time
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from arportal.b2b.errors import (
    Forbidden,
    InvalidResponse,
    NotFound,
    Refused,
    Unauthorized,
    Unavailable,
)
from arportal.b2b.http.transport import Transport
from tests.b2b.server import STORE_HASH, TOKEN, Answer, ApiServer, enveloped, hang_up

GOOD = Answer(body=enveloped({"id": 4}))
BUSY = Answer(429, enveloped({}, code=429), {"X-Request-Window-Resets-After": "2.5 s"})


def test_it_works(api_server: ApiServer, api_transport: Transport) -> None:
    api_server.answer(GOOD)
    reply = api_transport.get("/users/4", {"q": "Ümlaut & co"})
    (request,) = api_server.requests
    assert reply.data == {"id": 4}
    assert (request.method, request.path, request.query) == ("GET", "/users/4", {"q": ["Ümlaut & co"]})
    assert (request.headers["X-Auth-Token"], request.headers["X-Store-Hash"]) == (TOKEN, STORE_HASH)
    assert request.headers["Accept"] == request.headers["Content-Type"] == "application/json"


def test_gzip_is_asked_for_and_read(api_server: ApiServer, api_transport: Transport) -> None:
    body = gzip.compress(json.dumps(enveloped({"id": 4})).encode())
    api_server.answer(Answer(body=body, headers={"Content-Encoding": "gzip"}))
    assert api_transport.get("/users/4").data == {"id": 4}
    assert api_server.requests[0].headers["Accept-Encoding"] == "gzip"


def test_chunked_answers_are_read(api_server: ApiServer, api_transport: Transport) -> None:
    def chunked(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for piece in (b'{"code": 200, ', b'"data": {"id": 4}}', b""):
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))

    api_server.answer(chunked)
    assert api_transport.get("/users/4").data == {"id": 4}


def test_the_connection_is_kept(api_server: ApiServer, api_transport: Transport) -> None:
    callers = set()

    def note_the_caller(handler: BaseHTTPRequestHandler) -> None:
        callers.add(handler.client_address)
        GOOD.send(handler)

    api_server.answer(note_the_caller)
    for _ in range(3):
        api_transport.get("/users/4")
    assert len(callers) == 1


@pytest.mark.parametrize(
    "failure", [Answer(500), Answer(503, b"<html>"), BUSY, hang_up, Answer(body=enveloped({}, code=502))]
)
def test_a_passing_failure_is_tried_again(
    api_server: ApiServer, api_transport: Transport, api_naps: list[float], failure: Any
) -> None:
    api_server.answer(failure, failure, failure, GOOD)
    assert api_transport.get("/users/4").data == {"id": 4}
    assert len(api_naps) == 3


def test_retries_wait_longer_each_time(
    api_server: ApiServer, api_transport: Transport, api_naps: list[float]
) -> None:
    api_server.answer(Answer(500))
    with pytest.raises(Unavailable):
        api_transport.get("/users/4")
    assert len(api_server.requests) == 4
    assert all(low <= nap <= 2 * low for low, nap in zip((0.25, 0.5, 1.0), api_naps, strict=True))


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, Unauthorized), (403, Forbidden), (404, NotFound), (400, Refused), (413, Refused), (422, Refused)],
)
def test_a_refusal_is_not_tried_again(
    api_server: ApiServer, api_transport: Transport, status: int, error: type[Exception]
) -> None:
    api_server.answer(
        Answer(status, enveloped({"errMsg": "No such luck; "}, code=status), {"X-Request-Id": "r-1"})
    )
    with pytest.raises(error, match=r"GET /users/4 answered 4..: No such luck.*\(request r-1\)"):
        api_transport.get("/users/4")
    assert len(api_server.requests) == 1


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"code": 200, "da', b"[]", b"null", b"NaN", b'{"a": "\xff"}']
)
def test_an_answer_without_sense_is_invalid(
    api_server: ApiServer, api_transport: Transport, body: bytes
) -> None:
    api_server.answer(Answer(body=body))
    with pytest.raises(InvalidResponse):
        api_transport.get("/users/4")
    assert len(api_server.requests) == 1


def test_nesting_too_deep_is_invalid(api_server: ApiServer, api_transport: Transport) -> None:
    api_server.answer(Answer(body=b'{"data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"))
    with pytest.raises(InvalidResponse):
        api_transport.get("/users/4")


@pytest.mark.parametrize(
    "broken",
    [
        Answer(body=b'{"code": 200}', headers={"Content-Length": "999", "Connection": "close"}),
        Answer(body=b"this is not gzip", headers={"Content-Encoding": "gzip"}),
    ],
)
def test_a_broken_transfer_is_tried_again(
    api_server: ApiServer, api_transport: Transport, broken: Answer
) -> None:
    def send_and_close(handler: BaseHTTPRequestHandler) -> None:
        broken.send(handler)
        handler.close_connection = True

    api_server.answer(send_and_close, GOOD)
    assert api_transport.get("/users/4").data == {"id": 4}


def test_an_understated_length_spoils_no_later_answer(
    api_server: ApiServer, api_transport: Transport
) -> None:
    api_server.answer(Answer(body=b'{"code": 200}', headers={"Content-Length": "5"}), GOOD)
    with pytest.raises(InvalidResponse):
        api_transport.get("/users/4")
    assert api_transport.get("/users/4").data == {"id": 4}


def test_a_slow_drip_ends_at_the_read_timeout(api_server: ApiServer, api_transport: Transport) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(30):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.1)

    api_server.answer(drip, GOOD)
    start = time.monotonic()
    assert api_transport.get("/users/4").data == {"id": 4}
    assert time.monotonic() - start < 2


def test_a_giant_is_not_swallowed(
    api_server: ApiServer, api_transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("arportal.b2b.http.wire.LARGEST_BODY", 1000)
    bomb = gzip.compress(b" " * 5_000_000)
    api_server.answer(Answer(body=bomb, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(InvalidResponse, match="larger than 1000 bytes"):
        api_transport.get("/users/4")


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:9/elsewhere", "/api/v3/io/users/5", "http://[oops", "\xff", ""]
)
def test_no_redirect_is_followed(api_server: ApiServer, api_transport: Transport, target: str) -> None:
    api_server.answer(Answer(302, headers={"Location": target}))
    with pytest.raises(InvalidResponse, match="redirect"):
        api_transport.get("/users/4")
    assert len(api_server.requests) == 1


def test_nobody_at_home(api_server: ApiServer, api_transport: Transport, api_naps: list[float]) -> None:
    api_server.stop()
    with pytest.raises(Unavailable, match="NewConnectionError"):
        api_transport.get("/users/4")
    assert len(api_naps) == 3


def test_a_first_call_that_fails_hints_at_the_store_hash(
    api_server: ApiServer, api_transport: Transport
) -> None:
    api_server.answer(Answer(500))
    with pytest.raises(Unavailable, match="store hash"):
        api_transport.get("/users/4")


def test_a_later_failure_does_not(api_server: ApiServer, api_transport: Transport) -> None:
    api_server.answer(GOOD, Answer(500))
    api_transport.get("/users/4")
    with pytest.raises(Unavailable) as caught:
        api_transport.get("/users/4")
    assert not caught.value.hint
