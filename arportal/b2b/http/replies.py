"""An answer after decoding: whether it is an error, and its data as typed values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from arportal.b2b.errors import (
    Ambiguous,
    B2BError,
    Forbidden,
    InvalidResponse,
    NotFound,
    RateLimited,
    Refused,
    Unauthorized,
    Unavailable,
)
from arportal.b2b.http.envelope import body_code, complaint, decode
from arportal.b2b.http.pacing import asked_wait
from arportal.b2b.http.paging import Page
from arportal.b2b.http.wire import Answer
from arportal.b2b.values import reading

T = TypeVar("T")
Parse = Callable[[Mapping[str, Any]], T]
WINDOW = 60.0  # seconds; how long to wait when a 429 does not say
_CREDENTIALS = "Check the token, its B2B Edition scope and the store hash"
_BY_STATUS = {401: Unauthorized, 403: Forbidden, 404: NotFound}
_REQUEST_IDS = ("X-Request-Id", "X-Correlation-Id", "Request-Id", "CF-Ray")


@dataclass(frozen=True, slots=True)
class Reply:
    """`status` is the HTTP status, or the body's own code where that is an error under HTTP 2xx.

    `answer` is empty when there was no JSON object; `problem` then says why, if there ought to be one.
    """

    method: str
    path: str
    status: int
    request_id: str | None
    wait: float | None
    answer: Mapping[str, Any]
    problem: str

    @classmethod
    def read(cls, method: str, path: str, received: Answer) -> Reply:
        answer: Any = {}
        problem = received.problem
        if not problem and received.status != 204:  # which rightly has no body
            try:
                answer = decode(received.body)
            except ValueError:
                problem = "the answer is not JSON" if received.body else "the answer is empty"
        if not isinstance(answer, dict):
            answer = {}
            problem = "the answer is not a JSON object"
        code = body_code(answer) or 0
        status = code if received.status < 300 and code >= 400 else received.status
        if method != "GET" and "code" in answer and not 200 <= code < 300:
            problem = "the answer's code is not one of success"
        wait = asked_wait(received.headers)
        return cls(method, path, status, request_id(received.headers), wait, answer, problem)

    def error(self) -> B2BError | None:
        """The error of an answer that is no success; Ambiguous stands for every unclear answer to a write."""
        if 200 <= self.status < 300:
            return self._error(InvalidResponse, self.problem) if self.problem else None
        if self.status < 400:
            return self._error(InvalidResponse, "redirected; redirects are not followed")
        words, fields = complaint(self.answer)
        if self.status == 429:
            wait = WINDOW if self.wait is None else self.wait
            return self._error(RateLimited, words or "too many requests", wait=wait)
        if self.status >= 500 or self.status in (408, 425):
            return self._error(Unavailable, words or self.problem or "the server failed")
        kind = _BY_STATUS.get(self.status, Refused)
        hint = _CREDENTIALS if kind in (Unauthorized, Forbidden) else ""
        return self._error(kind, words or "refused without a word", fields=fields, hint=hint)

    @property
    def data(self) -> Any:
        return self.answer.get("data")

    def one(self, parse: Parse[T]) -> T:
        """The one record of `data`, which some calls wrap in a list; an empty list is NotFound."""
        data = self.data
        if isinstance(data, list) and len(data) == 1:
            data = data[0]
        if data == [] and self.method == "GET":
            raise self._error(NotFound, "no such record")
        return self._parsed(parse, data)

    def many(self, parse: Parse[T]) -> tuple[T, ...]:
        return tuple([self._parsed(parse, raw) for raw in self._records()])

    def page(self, parse: Parse[T], *, offset: int, limit: int) -> Page[T]:
        items: list[T] = []
        unreadable: list[InvalidResponse] = []
        for raw in self._records():
            try:
                items.append(self._parsed(parse, raw))
            except InvalidResponse as error:
                unreadable.append(error)
        meta = reading.record(self.answer, "meta")
        # Orders put the three numbers straight into meta.
        counts = reading.record(meta, "pagination") or meta
        total = self._count(counts, "totalCount")
        allowed = self._count(counts, "limit") or limit
        return Page(tuple(items), total, offset, allowed, tuple(unreadable))

    def _records(self) -> list[Any]:
        if not isinstance(self.data, list):
            raise self._error(InvalidResponse, "data is not a list")
        return self.data

    def identifier(self, *names: str) -> int:
        """The id a write answers with, under the first of `names` that is there."""
        data = reading.record(self.answer, "data")
        for name in names:
            if data.get(name) not in (None, ""):
                return self._parsed(lambda raw: reading.integer(raw, name), data)  # noqa: B023 - used at once
        raise self._error(InvalidResponse, f"the answer names no {names[0]}")

    def _parsed(self, parse: Parse[T], raw: Any) -> T:
        if not isinstance(raw, dict):
            raise self._error(InvalidResponse, "a record is not an object")
        try:
            return parse(raw)
        except InvalidResponse as error:
            which = f"record {raw['id']}: " if isinstance(raw.get("id"), int) else ""
            raise self._error(InvalidResponse, f"{which}{error.message}") from None

    def _count(self, counts: Mapping[str, Any], key: str) -> int | None:
        try:
            return reading.integer_or_none(counts, key)
        except InvalidResponse as error:
            raise self._error(InvalidResponse, error.message) from None

    def _error(self, kind: type[B2BError], message: str, **more: Any) -> B2BError:
        if self.method != "GET" and kind in (Unavailable, InvalidResponse):
            kind = Ambiguous
        return kind(
            message,
            method=self.method,
            path=self.path,
            status=self.status,
            request_id=self.request_id,
            **more,
        )


def request_id(headers: Mapping[str, str]) -> str | None:
    return next((headers[name][:100] for name in _REQUEST_IDS if headers.get(name)), None)
