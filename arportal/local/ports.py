"""The two ports of a run on this machine, looked at before anything starts."""

import errno
import socket
from collections.abc import Mapping
from dataclasses import dataclass

HOST = "127.0.0.1"


class PortError(Exception):
    """A port cannot be used; the message is one sentence that names the variable to set."""


@dataclass(frozen=True)
class Ports:
    web: int
    sandbox: int


def choose(environment: Mapping[str, str]) -> Ports:
    """PORT and SANDBOX_PORT of `environment`, both known to be free; raises PortError."""
    ports = Ports(
        web=_read(environment, "PORT", 8000),
        sandbox=_read(environment, "SANDBOX_PORT", 8900),
    )
    if ports.web == ports.sandbox:
        raise PortError(f"PORT and SANDBOX_PORT are both {ports.web}; give them different numbers.")
    _require_free(ports.web, "PORT")
    _require_free(ports.sandbox, "SANDBOX_PORT")
    return ports


def _read(environment: Mapping[str, str], variable: str, default: int) -> int:
    text = environment.get(variable) or str(default)
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise PortError(f"{variable} is {text!r}, but must be a number from 1 to 65535.")
    return int(text)


def _require_free(port: int, variable: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            why = "is in use" if error.errno == errno.EADDRINUSE else "may not be used"
            other = port + 1 if port < 65535 else port - 1
            raise PortError(
                f"Port {port} {why}; choose another, for example: make run {variable}={other}"
            ) from None
