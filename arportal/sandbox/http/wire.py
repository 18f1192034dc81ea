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
    return reply.manner in KEEP_OPEN


def _drop(connection: socket.socket, reply: Reply) -> None:
    """Nothing: the caller closes the connection."""


def _reset(connection: socket.socket, reply: Reply) -> None:
    """Closing without lingering sends RST instead of a proper end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def _break(connection: socket.socket, reply: Reply) -> None:
    """Half of it, and once that has surely arrived the reset, which would else overtake it."""
    whole = head(reply) + reply.body
    connection.sendall(whole[: len(head(reply)) + len(reply.body) // 2])
    time.sleep(0.02)
    _reset(connection, reply)


def _hint(connection: socket.socket, reply: Reply) -> None:
    connection.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n")
    time.sleep(0.02)
    connection.sendall(head(reply) + reply.body)


def _twice(connection: socket.socket, reply: Reply) -> None:
    connection.sendall((head(reply) + reply.body) * 2)


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


KEEP_OPEN = ("hint", "twice")  # so that what nobody reads is there when the next request comes
MANNERS: dict[str, Callable[[socket.socket, Reply], None]] = {
    "drop": _drop,
    "reset": _reset,
    "break": _break,
    "hint": _hint,
    "twice": _twice,
    "hang": _hang,
    "drip": _drip,
    "short": _short,
}
