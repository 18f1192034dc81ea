"""Writes a reply to the socket, whole or in one of the ways a network goes wrong."""

import socket
import struct
import time
from collections.abc import Iterator
from http import HTTPStatus

from arportal.sandbox.reply import Reply

MISSING = 64  # bytes a wrong Content-Length promises too many
DROPS = 20  # pieces of a dripping answer
BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
# After "hint" and "twice" too, so that what nobody reads is there when the next request comes.
KEEP_OPEN = ("whole", "hint", "twice")


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
    """True when the connection may serve another request; else the caller closes it."""
    for piece, seconds in _pieces(reply, with_body=with_body):
        connection.sendall(piece)
        time.sleep(seconds)
    if reply.manner in ("reset", "break"):
        # Closing without lingering sends RST instead of a proper end.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    return reply.manner in KEEP_OPEN


def _pieces(reply: Reply, *, with_body: bool) -> Iterator[tuple[bytes, float]]:
    """Bytes to be sent one after another, each with the seconds to wait after it."""
    start = head(reply)
    whole = start + reply.body
    match reply.manner:
        case "whole":
            yield whole if with_body else start, 0
        case "break":
            # The reset must wait until this has surely arrived, else it would overtake it.
            yield whole[: len(start) + len(reply.body) // 2], 0.02
        case "hint":
            yield b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n", 0.02
            yield whole, 0
        case "twice":
            yield whole * 2, 0
        case "hang":
            yield b"", reply.seconds
        case "drip":
            size = max(len(whole) // DROPS, 1)
            for at in range(0, len(whole), size):
                yield whole[at : at + size], reply.seconds / DROPS
        case "short":
            yield head(reply, MISSING) + reply.body, 0
