"""From a request to a reply: log it, count it, let a fault strike, ask Django."""

import io
import json
import time
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, unquote_to_bytes

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpResponseBase

from arportal.sandbox import database, ratelimit
from arportal.sandbox.control import faults, later, log, storm
from arportal.sandbox.control.spoiling import spoil, too_many
from arportal.sandbox.reply import Reply, as_json
from arportal.sandbox.requests import clock, quirks

CONTROL = "/_sandbox/"


@dataclass(frozen=True)
class Asked:
    """A request as it came over the socket."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    meta: dict[str, Any] = field(default_factory=dict)


class Exchange:
    def __init__(self) -> None:
        self._django = WSGIHandler()

    def answer(self, asked: Asked) -> Reply:
        if asked.path.startswith(CONTROL):
            return self._ask_django(asked)
        started = time.perf_counter()
        entry = log.add(
            at=clock.now(), method=asked.method, path=asked.path, query=asked.query, body=_logged(asked)
        )
        reply = self._counted(asked, entry)
        entry.status, entry.ms = reply.status, round((time.perf_counter() - started) * 1000, 2)
        return reply

    def _counted(self, asked: Asked, entry: log.Entry) -> Reply:
        """The request budget stands before everything else; its headers go with every answer."""
        if not asked.path.startswith("/api/"):
            return self._faulty(asked, entry)
        allowed, headers = _budget(asked).spend()
        reply = self._faulty(asked, entry) if allowed else too_many()
        return replace(reply, headers=reply.headers | headers)

    def _faulty(self, asked: Asked, entry: log.Entry) -> Reply:
        rule = faults.pick(asked.method, asked.path) or storm.pick(
            asked.method, asked.path, _subject(asked, entry)
        )
        if rule is None:
            return self._ask_django(asked)
        entry.fault, entry.commit = rule.kind, rule.commit
        if rule.kind == faults.DELAYED:
            later.run(rule.seconds, lambda: self._ask_django(asked))
        if rule.kind == faults.SLOW:
            time.sleep(rule.seconds)
        if rule.kind == faults.STALE:
            asked = replace(asked, meta={quirks.DELAY_OF_ONE_REQUEST: rule.seconds})
        reply = self._ask_django(asked) if rule.commit else as_json(200, {})
        return spoil(rule, reply)

    def _ask_django(self, asked: Asked) -> Reply:
        with database.TURN:
            database.adopt()
            response = self._django.get_response(WSGIRequest(_environ(asked)))
            return Reply(response.status_code, dict(response.items()), _content(response))


def _content(response: HttpResponseBase) -> bytes:
    return bytes(getattr(response, "content", b""))


def _logged(asked: Asked) -> Any:
    """The body of a write, as JSON when it is."""
    if not asked.body:
        return None
    try:
        return json.loads(asked.body)
    except (ValueError, RecursionError):
        return asked.body.decode(errors="replace")


def _subject(asked: Asked, entry: log.Entry) -> str:
    """The external id of what a request is about: in its body, or what it searches for."""
    if isinstance(entry.body, dict):
        return str(entry.body.get("externalId", ""))
    return parse_qs(asked.query).get("q", [""])[0]


def _budget(asked: Asked) -> ratelimit.Budget:
    is_hierarchy = asked.method == "GET" and asked.path.rstrip("/").endswith("/hierarchy")
    return ratelimit.hierarchy if is_hierarchy else ratelimit.store


def _environ(asked: Asked) -> dict[str, Any]:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": asked.method,
        "PATH_INFO": unquote_to_bytes(asked.path.rstrip("/") or "/").decode("latin-1"),
        "QUERY_STRING": asked.query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(asked.body)),
        "CONTENT_TYPE": "application/json",
        "wsgi.input": io.BytesIO(asked.body),
        "wsgi.url_scheme": "http",
    }
    for name, value in asked.headers.items():
        if name.lower() not in ("content-type", "content-length"):
            environ["HTTP_" + name.upper().replace("-", "_")] = value
    return environ | asked.meta
