"""A tiny real HTTP server that answers whatever a test tells it to, odd answers above all."""

import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

TOKEN = "token-nobody-may-read"
STORE_HASH = "harbour1"


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """`body` is sent as it is if bytes, else as JSON; a wrong Content-Length may be given among the headers."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def send(self, handler: BaseHTTPRequestHandler) -> None:
        content = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        handler.send_response(self.status)
        for name, value in {"Content-Length": str(len(content)), **self.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)


Behaviour = Answer | Callable[[BaseHTTPRequestHandler], None]


class ApiServer(ThreadingHTTPServer):
    """Answers in the order of `answer(...)` calls; the last answer is given again and again."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[Request] = []
        self._answers: deque[Behaviour] = deque()
        self._thread = Thread(target=self.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/api/v3/io"

    def answer(self, *behaviours: Behaviour) -> Self:
        self._answers = deque(behaviours)
        return self

    def data(self, data: Any, **meta: Any) -> Self:
        """Answer with `data`; a list is told to be complete, unless `meta` says something else."""
        if isinstance(data, list) and not meta:
            meta = {"pagination": {"totalCount": len(data), "limit": 200, "offset": 0}}
        return self.answer(Answer(body=enveloped(data, **meta)))

    def next_behaviour(self) -> Behaviour:
        return self._answers.popleft() if len(self._answers) > 1 else self._answers[0]

    def stop(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up on an odd answer is what these tests are about."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one packet

    def answer(self) -> None:
        assert isinstance(self.server, ApiServer)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        target = urlsplit(self.path)
        path = target.path.removeprefix("/api/v3/io")
        query = parse_qs(target.query, keep_blank_values=True)
        self.server.requests.append(Request(self.command, path, query, dict(self.headers), body))
        behaviour = self.server.next_behaviour()
        if isinstance(behaviour, Answer):
            behaviour.send(self)
        else:
            behaviour(self)

    do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - the base class looks for these names

    def log_message(self, *_: Any) -> None:
        """Silence on the terminal."""


def enveloped(data: Any, *, code: int = 200, **meta: Any) -> dict[str, Any]:
    return {"code": code, "data": data, "meta": {"message": "SUCCESS", **meta}}


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    """Take the request and close the connection without a word."""
    handler.close_connection = True
