"""The HTTP server: threads, HTTP/1.1 with keep-alive, 127.0.0.1 only, and its hand on the bare socket."""

import contextlib
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from arportal.sandbox.http import wire
from arportal.sandbox.http.exchange import Exchange, Request

HOST = "127.0.0.1"


class Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, port: int) -> None:
        super().__init__((HOST, port), Handler)

    def open(self) -> None:
        """Take the first request; Django must be set up, until then callers wait in the socket's queue."""
        self.exchange = Exchange()
        self.closed_for = 0.0

    def serve(self) -> None:
        """Serve until `shutdown`; after each `close_for` the port is closed for a while and taken again."""
        self.serve_forever(poll_interval=0.02)
        while self.closed_for:
            self.socket.close()
            time.sleep(self.closed_for)
            self.closed_for = 0.0
            self.socket = socket.socket(self.address_family, self.socket_type)
            self.server_bind()
            self.server_activate()
            self.serve_forever(poll_interval=0.02)

    def close_for(self, seconds: float) -> None:
        self.closed_for = seconds
        # Shutting down takes until the loop ends; the request that asked for it gets its answer meanwhile.
        threading.Thread(target=self.shutdown).start()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the request log is at /_sandbox/requests."""

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError, TimeoutError):
            super().handle()

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        length = self.headers.get("Content-Length", "0")
        body = self.rfile.read(int(length)) if length.isdigit() else b""
        request = Request(self.command, path, query, dict(self.headers.items()), body)
        reply = self.server.exchange.answer(request)
        connection: socket.socket = self.connection
        is_open = wire.send(connection, reply, with_body=self.command != "HEAD")
        if not is_open or self.server.closed_for:
            self.close_connection = True

    do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = do_GET  # noqa: N815 - the base class's names
