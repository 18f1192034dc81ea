"""Raw HTTP answers with bytes changed anywhere, headers included: read, or one of our own errors.

B2B_FUZZ as in test_fuzzing_answers; a tenth of it, because these go through a socket.
"""

import json
import random
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from logging import getLogger

import pytest

from arportal.b2b import Ambiguous, Client
from tests.b2b.http.test_fuzzing_answers import COUNT, SEED, complaint
from tests.b2b.server import ApiServer, enveloped

BODY = json.dumps(enveloped({"id": 7, "paymentId": 7})).encode()
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
    len(BODY),
    BODY,
)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
MOVED = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/x\r\nContent-Length: 2\r\n\r\n{}"
ZIPPED = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)


@pytest.fixture
def api_quiet() -> Iterator[None]:
    logger = getLogger("urllib3.connection")
    logger.disabled = True
    yield
    logger.disabled = False


def twisted(chance: random.Random) -> bytes:
    content = bytearray(chance.choice([PLAIN, PLAIN, CHUNKED, MOVED, ZIPPED]))
    for _ in range(chance.choice([1, 1, 2, 4])):
        place = chance.randrange(min(len(content), 120))
        change = chance.choice(
            [b"", b"\x00", b"\r\n", b"\xff", b":", b" ", b"9", b"\n", bytes([chance.randrange(256)])]
        )
        content[place : place + chance.choice([0, 1, 1, 3])] = change
    return bytes(content[: chance.choice([len(content)] * 4 + [chance.randrange(len(content))])])


# urllib3 logs the headers it cannot read; a thousand of them would bury a failure.
@pytest.mark.usefixtures("api_quiet")
def test_it_works(api_server: ApiServer, api_client: Client) -> None:
    chance = random.Random(SEED)
    done = 0
    for _ in range(COUNT // 10):
        answer = twisted(chance)

        def send(handler: BaseHTTPRequestHandler, answer: bytes = answer) -> None:
            handler.wfile.write(answer)
            handler.close_connection = True

        api_server.answer(send)
        sent = len(api_server.requests)
        error = complaint(lambda client: client.payments.delete(7), api_client)
        done += error is None
        assert len(api_server.requests) <= sent + 1
        assert error is None or error.status or isinstance(error, Ambiguous), answer
    assert COUNT // 100 < done < COUNT // 10
