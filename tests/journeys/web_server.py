"""The web server of the journeys: the one of production, in a process of its own."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.database import confined

HOST = "127.0.0.1"
GRANIAN = [sys.executable, "-m", "granian", "--interface", "wsgi", "--blocking-threads", "4"]


@contextmanager
def web_server(
    database_url: str, application: str = "arportal.wsgi:application", more: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Yields its address, such as http://localhost:40123. `more` goes into its environment."""
    port = _free_port()
    command = [
        *GRANIAN,
        "--log-level",
        "warning",
        "--host",
        HOST,
        "--port",
        str(port),
        application,
    ]
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "WEB_DATABASE_URL": confined(database_url),
        "DJANGO_SETTINGS_MODULE": "tests.journeys.settings",
        "LOG_LEVEL": "ERROR",
        "PYTHONWARNINGS": "ignore",
        **(more or {}),
    }
    with subprocess.Popen(command, env=environment) as process:
        try:
            _wait_for(process, port)
            # By its name: no browser keeps a passkey for an address of numbers.
            yield f"http://localhost:{port}"
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            connection = http.client.HTTPConnection(HOST, port, timeout=30)
            connection.request("GET", "/accounts/login/")
            assert connection.getresponse().status == 200
        except ConnectionError:
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise RuntimeError("The web server of the journeys did not start.")
