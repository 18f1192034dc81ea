"""The answer that goes back over the socket."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Reply:
    """An answer and the manner of sending it: whole, or one of the ways wire.py knows to spoil it."""

    status: int
    headers: dict[str, str]
    body: bytes
    manner: str = "whole"
    seconds: float = 0.0


def as_json(status: int, body: Any) -> Reply:
    return Reply(status, {"Content-Type": "application/json"}, json.dumps(body).encode())
