"""Starting and stopping: options, a port in use, signals, a kept database."""

import contextlib
import signal
import socket
import sqlite3
import subprocess
import sys

import pytest

from tests.sandbox.conftest import Box, offline, running
from tests.whole import only_whole, whole_or

TINY = ("--companies", "2", "--invoices", "12", "--rate-limit", "off")


def start(*options):
    command = [sys.executable, "-m", "arportal.sandbox", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.parametrize("number", whole_or([signal.SIGTERM, signal.SIGINT], [signal.SIGTERM]))
def test_it_works(number):
    """Started with a quirk that survives a reset, and stopped by a signal without a complaint."""
    options = (*TINY, "--set", "errors_as_200=on")
    command = [sys.executable, "-m", "arportal.sandbox", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        ready = process.stdout.readline()
        assert ready.startswith("Sandbox ready: http://127.0.0.1:")
        box = Box(ready.split(": ", 1)[1].strip(), process.pid)
        with box.session:
            box.control("POST", "reset")
            answer = box.get("/companies/5")
        process.send_signal(number)
        rest, complaints = process.communicate(timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (200, 404)
    assert (process.returncode, rest, complaints) == (0, "", "")


def test_a_port_in_use_is_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = start("--port", str(taken.getsockname()[1]))
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "in use" in result.stderr


@only_whole("test_a_port_in_use_is_one_sentence")
def test_an_unknown_quirk_is_one_sentence():
    result = start("--port", "0", "--set", "no_such=on")
    assert (result.returncode, result.stderr) == (2, "There is no quirk named no_such.\n")


@only_whole("test_it_works")
def test_a_file_of_another_version_is_one_sentence(tmp_path):
    file = tmp_path / "old.sqlite3"
    with contextlib.closing(sqlite3.connect(file)) as old:
        old.execute("CREATE TABLE sandbox_company (id)")
    result = start("--port", "0", "--database", str(file))
    assert result.returncode == 2
    assert result.stderr == (
        "The database file was made by another version of the sandbox; delete it to start anew.\n"
    )


@only_whole("test_it_works")
def test_a_database_file_is_kept_and_can_be_reset(tmp_path):
    """And the snapshot of an old file is not used beside a new one."""
    file = tmp_path / "box.sqlite3"
    options = (*TINY, "--database", str(file))
    with running(*options) as box:
        invoice = box.data("/ip/invoices")[0]
        seeded = len(box.everything("/ip/payments"))
        box.post("/ip/payments/offline", offline([invoice], ["1"]))
    with running(*options) as box:
        assert len(box.everything("/ip/payments")) == seeded + 1
        box.control("POST", "reset")
        assert len(box.everything("/ip/payments")) == seeded
        assert len(box.everything("/ip/invoices")) == 12
    file.unlink()
    with running(*options, "--invoices", "5") as box:
        box.control("POST", "reset")
        assert len(box.everything("/ip/invoices")) == 5
