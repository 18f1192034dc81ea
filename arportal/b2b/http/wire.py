"""The bytes of one exchange: sent once, received whole, within limits of time and size."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ssl import SSLCertVerificationError
from typing import Any

import requests
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

LARGEST_BODY = 32 * 1024 * 1024
_PIECE = 256 * 1024
# Only these prove that no byte of the request has left.
_BEFORE_SENDING = (ConnectTimeoutError, NewConnectionError, SSLCertVerificationError)


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers (case-insensitive) and the decompressed body; `problem` says why the body is not all there."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    problem: str = ""


class Unanswered(Exception):
    """No complete answer came. `sent` is False only when the request surely never left; `word` names the cause."""

    def __init__(self, word: str, *, sent: bool) -> None:
        super().__init__(word)
        self.word = word
        self.sent = sent


def receive(
    session: requests.Session, method: str, url: str, *, timeout: tuple[float, float], **sending: Any
) -> Answer:
    """Send once and receive; redirects are never followed. The body has the read timeout for all of itself."""
    try:
        response = session.request(
            method, url, timeout=timeout, stream=True, allow_redirects=False, **sending
        )
    except (requests.RequestException, HTTPError) as error:
        causes = list(_causes(error))
        never_sent = any(isinstance(cause, _BEFORE_SENDING) for cause in causes)
        # The innermost cause says the most: ConnectionResetError rather than ConnectionError.
        raise Unanswered(type(causes[-1]).__name__, sent=not never_sent) from None
    with response:
        try:
            body, problem = _body(response, time.monotonic() + timeout[1])
        except (HTTPError, OSError) as error:
            # A broken body under an error status is still that error; under a success it is no answer.
            if response.status_code < 400:
                raise Unanswered(type(error).__name__, sent=True) from None
            body, problem = b"", "the answer broke off"
    return Answer(response.status_code, response.headers, body, problem)


def _body(response: requests.Response, deadline: float) -> tuple[bytes, str]:
    """The bytes that came until `deadline`, and why they are not wanted, "" if they are."""
    pieces: list[bytes] = []
    size = 0
    # read1 gives what has arrived; a plain read would sit out a body that drips in byte by byte.
    while piece := response.raw.read1(_PIECE, decode_content=True):
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST_BODY:
            return b"", f"the answer is larger than {LARGEST_BODY} bytes"
        if time.monotonic() > deadline:
            raise TimeoutError
    return b"".join(pieces), ""


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exceptions requests and urllib3 wrapped into each other, outermost first."""
    current: object = error
    # No chain is as long, but one exception may hold another that holds it.
    for _ in range(8):
        if not isinstance(current, BaseException):
            return
        yield current
        inner = [arg for arg in current.args if isinstance(arg, BaseException)]
        current = getattr(current, "reason", None) or (inner[0] if inner else None)
