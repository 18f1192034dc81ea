"""Writing a reply to the socket, whole or in one of the ways a network goes wrong."""

import socket
import struct
import time
from collections.abc import Callable
from http import HTTPStatus

from arportal.sandbox.reply import Reply

MISSING = 64  # bytes a wrong Content-Length promises too many
DROPS = 20  # pieces of a dripping answer
BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


def head(reply: Reply, too_many: int = 0) -> bytes:
    try:
        reason = HTTPStatus(reply.status).phrase
    except ValueError:
        reason = "Unknown"
    lines = [f"HTTP/1.1 {reply.status} {reason}"]
    lines += [f"{name}: {value}" for name, value in reply.headers.items() if name != "Content-Length"]
    if reply.status not in BODILESS:
        lines.append(f"Content-Length: {len(reply.body) + too_many}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def send(connection: socket.socket, reply: Reply, *, with_body: bool) -> bool:
    """True when the connection may serve another request."""
    if reply.manner == "whole":
        connection.sendall(head(reply) + (reply.body if with_body else b""))
        return True
    MANNERS[reply.manner](connection, reply)
    return False


def _drop(connection: socket.socket, reply: Reply) -> None:
    """Nothing: the caller closes the connection."""


def _reset(connection: socket.socket, reply: Reply) -> None:
    """Closing without lingering sends RST instead of a proper end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def _hang(connection: socket.socket, reply: Reply) -> None:
    time.sleep(reply.seconds)


def _drip(connection: socket.socket, reply: Reply) -> None:
    whole = head(reply) + reply.body
    size = max(len(whole) // DROPS, 1)
    for start in range(0, len(whole), size):
        connection.sendall(whole[start : start + size])
        time.sleep(reply.seconds / DROPS)


def _short(connection: socket.socket, reply: Reply) -> None:
    connection.sendall(head(reply, MISSING) + reply.body)


MANNERS: dict[str, Callable[[socket.socket, Reply], None]] = {
    "drop": _drop,
    "reset": _reset,
    "hang": _hang,
    "drip": _drip,
    "short": _short,
}
