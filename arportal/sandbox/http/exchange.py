"""The way from a request to its reply: log it, count it, let a fault strike, ask Django."""

import io
import json
import time
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, unquote_to_bytes

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

from arportal.sandbox import database, ratelimit
from arportal.sandbox.control import faults, later, log, storm
from arportal.sandbox.control.spoiling import spoil, too_many
from arportal.sandbox.reply import Reply, as_json
from arportal.sandbox.requests import clock, quirks

CONTROL = "/_sandbox/"


@dataclass(frozen=True)
class Request:
    """A request as it came over the socket; meta goes to Django as it is."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    meta: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def content(self) -> Any:
        """The body as JSON, as text when it is none, None without one."""
        if not self.body:
            return None
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return self.body.decode(errors="replace")

    @property
    def subject(self) -> str:
        """The external id of what a request is about: in its body, or what it searches for."""
        if isinstance(self.content, dict):
            return str(self.content.get("externalId", ""))
        return parse_qs(self.query).get("q", [""])[0]

    @property
    def environ(self) -> dict[str, Any]:
        """The request as WSGI says it, and always as JSON (requests/bodies.py)."""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.method,
            "PATH_INFO": unquote_to_bytes(self.path.rstrip("/") or "/").decode("latin-1"),
            "QUERY_STRING": self.query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_LENGTH": str(len(self.body)),
            "CONTENT_TYPE": "application/json",
            "wsgi.input": io.BytesIO(self.body),
            "wsgi.url_scheme": "http",
        }
        for name, value in self.headers.items():
            if name.lower() not in ("content-type", "content-length"):
                environ["HTTP_" + name.upper().replace("-", "_")] = value
        return environ | self.meta


class Exchange:
    """The server's work between reading a request and writing its reply."""

    def __init__(self) -> None:
        self._django = WSGIHandler()

    def answer(self, request: Request) -> Reply:
        if request.path.startswith(CONTROL):
            return self._ask_django(request)
        started = time.perf_counter()
        entry = log.add(
            at=clock.now(),
            method=request.method,
            path=request.path,
            query=request.query,
            body=request.content,
        )
        reply = self._counted(request, entry)
        entry.status = reply.status
        entry.ms = round((time.perf_counter() - started) * 1000, 2)
        return reply

    def _counted(self, request: Request, entry: log.Entry) -> Reply:
        """The request budget stands before everything else; its headers go with every answer."""
        if not request.path.startswith("/api/"):
            return self._faulty(request, entry)
        is_hierarchy = request.method == "GET" and request.path.rstrip("/").endswith("/hierarchy")
        budget = ratelimit.hierarchy if is_hierarchy else ratelimit.store
        allowed, headers = budget.spend()
        reply = self._faulty(request, entry) if allowed else too_many()
        return replace(reply, headers=reply.headers | headers)

    def _faulty(self, request: Request, entry: log.Entry) -> Reply:
        """The reply, spoilt by the rule that strikes this request, if one does."""
        rule = faults.pick(request.method, request.path)
        if rule is None:
            rule = storm.pick(request.method, request.path, request.subject)
        if rule is None:
            return self._ask_django(request)
        entry.fault = rule.kind
        entry.commit = rule.commit
        if rule.kind == faults.DELAYED:
            later.run(rule.seconds, lambda: self._ask_django(request))
        if rule.kind == faults.SLOW:
            time.sleep(rule.seconds)
        if rule.kind == faults.STALE:
            request = replace(request, meta={quirks.DELAY_OF_ONE_REQUEST: rule.seconds})
        reply = self._ask_django(request) if rule.commit else as_json(200, {})
        return spoil(rule, reply)

    def _ask_django(self, request: Request) -> Reply:
        with database.TURN:
            database.adopt()
            response = self._django.get_response(WSGIRequest(request.environ))
            # A streaming response has no content; none of these addresses streams.
            body = bytes(getattr(response, "content", b""))
            return Reply(response.status_code, dict(response.items()), body)
