"""Writing a reply to the socket, whole or in one of the ways a network goes wrong."""

import socket
from http import HTTPStatus

from arportal.sandbox.exchange import Reply


def head(reply: Reply) -> bytes:
    try:
        reason = HTTPStatus(reply.status).phrase
    except ValueError:
        reason = "Unknown"
    lines = [f"HTTP/1.1 {reply.status} {reason}"]
    lines += [f"{name}: {value}" for name, value in reply.headers.items() if name != "Content-Length"]
    if reply.status != HTTPStatus.NO_CONTENT:
        lines.append(f"Content-Length: {len(reply.body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def send(connection: socket.socket, reply: Reply, *, with_body: bool) -> bool:
    """True when the connection may serve another request."""
    if reply.manner == "drop":
        return False
    connection.sendall(head(reply) + (reply.body if with_body else b""))
    return True
