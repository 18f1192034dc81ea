"""A program on this machine that gets webhooks, and does what its address says."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import NamedTuple


class Got(NamedTuple):
    path: str
    headers: dict[str, str]
    body: bytes


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Receiver"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(
            Got(self.path, {name.lower(): self.headers[name] for name in self.headers}, body)
        )
        self.close_connection = True
        path = self.server.answers.get(self.path, self.path)
        if path == "/hangs":
            self.server.ended.wait(20)
        elif path == "/drops":
            self.connection.close()
        elif path == "/huge":
            self.send_response(200)
            self.send_header("Content-Length", str(10**9))
            self.end_headers()
            self._pour(b"x" * 65536)
        elif path == "/latin":
            self.send_response(200)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"re\xe7\0u")
        elif path == "/drips":
            self.send_response(200)
            self.end_headers()
            self._pour(b"")
        else:
            status = {"/fails": 500, "/moved": 307}.get(path, 204)
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0" if status == 204 else "4")
            self.end_headers()
            self.wfile.write(b"" if status == 204 else b"oops")

    def _pour(self, piece: bytes) -> None:
        try:
            while not self.server.ended.wait(0.01):
                self.wfile.write(piece)
        except OSError:
            pass  # The sender has heard enough.

    def log_message(self, *_words: object) -> None:
        pass


class Receiver(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.got: list[Got] = []
        # Path → the path as which it answers instead.
        self.answers: dict[str, str] = {}
        self.ended = Event()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # Who sent has hung up.


@contextmanager
def running() -> Iterator[Receiver]:
    with Receiver() as receiver:
        Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield receiver
        receiver.ended.set()
        receiver.shutdown()
