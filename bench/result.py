"""What a bar answers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    measured: str
    ok: bool
