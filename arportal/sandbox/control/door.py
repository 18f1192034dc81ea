"""Closing the door: for a while every new connection is refused, as by a server that is being restarted."""

from typing import Protocol


class Closing(Protocol):
    def close_for(self, seconds: float) -> None:
        """Refuse connections from now on, for so many seconds."""


_servers: list[Closing] = []


def watch(server: Closing) -> None:
    _servers[:] = [server]


def close(seconds: float) -> None:
    for server in _servers:
        server.close_for(seconds)
