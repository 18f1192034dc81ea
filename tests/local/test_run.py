"""`make run` from the outside: what it says, and what it leaves behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.whole import only_whole

COMMAND = [sys.executable, "-m", "arportal.local"]
UNSET = ("DATABASE_URL", "WEB_DATABASE_URL", "SECRET_KEY")


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    with socket.socket() as web, socket.socket() as sandbox:
        web.bind(("127.0.0.1", 0))
        sandbox.bind(("127.0.0.1", 0))
        ports = {"PORT": str(web.getsockname()[1]), "SANDBOX_PORT": str(sandbox.getsockname()[1])}
    kept = {name: value for name, value in os.environ.items() if name not in UNSET}
    yield {**kept, **ports, "VAR": str(tmp_path / "var")}
    # For root it is a link to a place that pytest does not tidy up.
    shutil.rmtree((tmp_path / "var" / "postgres").resolve(), ignore_errors=True)


@pytest.fixture
def running(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(COMMAND, env=environment, stdout=subprocess.PIPE, text=True)
    yield process
    process.kill()
    process.communicate()


def test_a_port_in_use_is_one_sentence(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", int(environment["PORT"]))):
        done = subprocess.run(COMMAND, env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout.startswith(f"Port {environment['PORT']} is in use")
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


@only_whole("test_a_port_in_use_is_one_sentence")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_in_the_middle_of_the_start_leaves_nothing(
    environment: dict[str, str], running: subprocess.Popen[str], number: signal.Signals
) -> None:
    var = Path(environment["VAR"])
    _wait_for(var / "postgres" / "postmaster.pid")
    assert _processes_over(var)
    running.send_signal(number)
    output, _ = running.communicate(timeout=20)
    assert running.returncode == 0
    assert output.endswith("Everything is stopped.\n")
    assert not _processes_over(var)


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _processes_over(var: Path) -> list[str]:
    lines = [" ".join(process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"])]
    places = (str(var), str((var / "postgres").resolve()))
    return [line for line in lines if any(place in line for place in places)]
