"""A file server on this machine that does everything a server can do to whoever fetches a PDF from it."""

import socketserver
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

PDF = b"%PDF-1.7\nsome pages\n%%EOF\n"


def answer(body: bytes = PDF, *, status: str = "200 OK", length: int | None = None, more: str = "") -> bytes:
    size = len(body) if length is None else length
    return f"HTTP/1.1 {status}\r\nContent-Length: {size}\r\n{more}\r\n".encode() + body


ANSWERS = {
    "/ok.pdf": answer(),
    "/redirect": answer(b"", status="302 Found", more="Location: /ok.pdf\r\n"),
    "/moved": answer(b"", status="308 Permanent Redirect", more="Location: http://127.0.0.1:1/\r\n"),
    "/html": answer(b"<!doctype html><title>Sign in</title>"),
    "/nothing": answer(b""),
    "/late-magic": answer(b"\n" * 20 + PDF),
    "/run-out": answer(b"Expired", status="403 Forbidden"),
    "/broken": answer(b"", status="500 Oops"),
    "/packed": answer(more="Content-Encoding: gzip\r\n"),
    "/short": answer(length=9_999),
    "/in-the-middle": answer(PDF[:-8]),
    "/large": answer(b"%PDF-1.7\n" + b"x" * 5 * 2**20),
    "/large-in-pieces": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    + b"100000\r\n" + b"x" * 2**20 + b"\r\n" + (b"100000\r\n" + b"x" * 2**20 + b"\r\n") * 5,
    "/not-http": b"SSH-2.0-OpenSSH_9.2\r\n",
    "/many-headers": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5_000,
    "/long-header": b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000,
}  # fmt: skip
SLOW = {
    "/silent": b"",
    "/slow-body": answer(PDF + b" " * 500),
    "/slow-of-any-length": b"HTTP/1.1 200 OK\r\n\r\n%PDF %%EOF" + b" " * 99,
    "/slow-headers": b"HTTP/1.1 200 OK\r\nX: " + b"y" * 99,
}


class Handler(socketserver.BaseRequestHandler):
    server: "Server"

    def handle(self) -> None:
        asked = self.request.recv(65536).decode()
        self.server.asked.append(asked)
        path = asked.split(" ")[1]
        try:
            if path in SLOW:
                self.drip(SLOW[path])
            else:
                self.request.sendall(ANSWERS.get(path, answer(b"", status="404 Not Found")))
        except OSError:
            pass  # Who asked has had enough.

    def drip(self, content: bytes) -> None:
        head, end, body = content.partition(b"\r\n\r\n")
        self.request.sendall(head + end if end else b"")
        for byte in body if end else head:
            self.request.sendall(bytes([byte]))
            if self.server.ended.wait(0.05):
                return
        self.server.ended.wait(5)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []
        self.ended = Event()
        self.port = self.server_address[1]
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # A client that does not trust us hangs up in the middle of the handshake.


@contextmanager
def running(context: ssl.SSLContext | None = None) -> Iterator[Server]:
    with Server(context) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        server.ended.set()
        server.shutdown()


def seconds_of(work: Callable[[], object]) -> float:
    start = time.monotonic()
    work()
    return time.monotonic() - start
