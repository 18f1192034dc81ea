"""One request to the API: its headers, its retries if it is a read, and errors sorted by cause."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from logging import getLogger
from typing import Any, Self
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from arportal.b2b.errors import Ambiguous, InvalidResponse, RateLimited, Unavailable
from arportal.b2b.http import pacing
from arportal.b2b.http.address import checked_base_url, checked_credential, is_loopback
from arportal.b2b.http.envelope import encode
from arportal.b2b.http.pacing import Exchange, Fence, Hook, Pacer
from arportal.b2b.http.replies import Reply, request_id
from arportal.b2b.http.wire import Answer, Unanswered, receive

logger = getLogger(__name__)
MOST_ATTEMPTS = 4  # a read and its three retries
_WRONG_HASH = "The API fails like this when the store hash does not belong to the token"


class _NoNetrc(AuthBase):
    """Keeps requests from adding an Authorization header it finds in somebody's ~/.netrc."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class _Session(requests.Session):
    """A session that adds nothing of its own: no redirects, no credentials from files."""

    def __init__(self, *, token: str, store_hash: str) -> None:
        super().__init__()
        self.auth = _NoNetrc()
        self.headers.update(
            {
                "X-Auth-Token": token,
                "X-Store-Hash": store_hash,
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                "Content-Type": "application/json",
                "User-Agent": "arportal",
            }
        )

    # Told not to follow redirects, requests would still read their bodies and take their addresses apart.
    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


class Transport:
    """A session with one store, for one thread; reads keep the connection alive. Nothing it shows, logs or
    raises contains the token.

    `timeout` is (connect, read) in seconds. No retry of a read begins later than `max_wait` seconds after it.
    """

    def __init__(
        self,
        *,
        store_hash: str,
        token: str,
        base_url: str,
        timeout: tuple[float, float] = (3.05, 30.0),
        max_wait: float = 20.0,
        pacer: Pacer | None = None,
        hooks: Iterable[Hook] = (),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.store_hash = checked_credential("store hash", store_hash)
        self._token = checked_credential("token", token)
        self._base_url = checked_base_url(base_url)
        self._timeout = timeout
        self._max_wait = max_wait
        self._pacer = pacer
        self._fence: Fence | None = None
        self._hooks = tuple(hooks)
        self._sleep = sleep
        self._answered_once = False
        self._session = _Session(token=self._token, store_hash=self.store_hash)
        # A proxy from the environment has no business between us and a sandbox on this machine.
        self._session.trust_env = not is_loopback(urlsplit(self._base_url).hostname or "")

    def close(self) -> None:
        self._session.close()

    def fenced(self, fence: Fence) -> Self:
        """The same session, with `fence` asked before every write."""
        other = copy.copy(self)
        other._fence = fence
        return other

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Reply:
        """Read; 429, 5xx and connection failures are tried again while there is time."""
        spent = 0.0
        attempt = 1
        while True:
            began = time.monotonic()
            outcome = self._outcome("GET", path, attempt, params=params)
            if isinstance(outcome, Reply):
                return outcome
            if isinstance(outcome, RateLimited):
                wait = pacing.jittered(outcome.wait, 0.25)
            else:
                wait = pacing.backoff(attempt)
            spent += time.monotonic() - began + wait
            if attempt == MOST_ATTEMPTS or spent > self._max_wait:
                raise outcome
            self._sleep(wait)
            attempt += 1

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Reply:
        """Write, once, whatever comes: Ambiguous when the outcome cannot be known."""
        sending = {} if body is None else {"data": encode(body).encode()}
        # A write goes out on a connection of its own. One that was used before may be dead, and the outcome
        # unknown for nothing; or hold an answer that nobody has read, which would be taken for this one's.
        self._session.close()
        outcome = self._outcome(method, path, 1, **sending)
        if isinstance(outcome, Reply):
            return outcome
        raise outcome

    def _outcome(
        self, method: str, path: str, attempt: int, **sending: Any
    ) -> Reply | RateLimited | Unavailable:
        """The reply to a success; the error, if waiting may cure it; any other error is raised."""
        try:
            reply = Reply.read(method, path, self._exchange(method, path, attempt, sending))
        except Unanswered as failure:
            if failure.sent and method != "GET":
                raise Ambiguous(f"no answer came: {failure.word}", method=method, path=path) from None
            return Unavailable(f"not reached: {failure.word}", method=method, path=path)
        error = reply.error()
        if error is None:
            self._answered_once = True
            return reply
        if isinstance(error, Ambiguous | InvalidResponse):
            self._session.close()  # Where an answer made no sense, another may follow that nobody asked for.
        if reply.status >= 500 and not self._answered_once:
            error.hint = _WRONG_HASH
        if isinstance(error, RateLimited | Unavailable):
            return error
        raise error

    def _exchange(self, method: str, path: str, attempt: int, sending: Mapping[str, Any]) -> Answer:
        if self._pacer:
            self._pacer.before(method, path)
        # After the wait for a turn, which may have been long.
        if self._fence and method != "GET":
            self._fence()
        began = time.monotonic()
        answer = None
        failure = None
        try:
            answer = receive(self._session, method, self._base_url + path, timeout=self._timeout, **sending)
        except Unanswered as error:
            failure = error.word
            raise
        finally:
            self._tell(method, path, attempt, time.monotonic() - began, answer, failure)
        token = self._token.encode()
        if len(token) >= 8 and token in answer.body:
            # A server that repeats our token in its complaint must not carry it into our logs.
            answer = replace(answer, body=answer.body.replace(token, b"***"))
        return answer

    def _tell(
        self, method: str, path: str, attempt: int, seconds: float, answer: Answer | None, failure: str | None
    ) -> None:
        """Tell pacer, log and hooks. A listener that fails must not turn a finished write into an error."""
        status, headers = (answer.status, answer.headers) if answer else (None, {})
        size = len(answer.body) if answer else 0
        exchange = Exchange(method, path, status, seconds, attempt, size, request_id(headers), failure)
        logger.debug("%s", exchange)
        try:
            if self._pacer:
                self._pacer.after(status, headers)
            for hook in self._hooks:
                hook(exchange)
        except Exception:
            logger.exception("a listener failed after %s %s", method, path)
