"""Child processes that live and die together."""

import os
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from arportal.local.processes import Processes, StartError

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_it_works(capfd: pytest.CaptureFixture[str]) -> None:
    with Processes() as processes:
        processes.complete("greeter", [sys.executable, "-c", "print('hello')"])
    assert capfd.readouterr().out == "  greeter | hello\n"


def test_leaving_stops_them_all_and_their_children(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    stubborn = "(trap '' TERM; exec sleep 60) &"
    command = ["sh", "-c", f"{stubborn} echo $! $$ > {pids}.new; mv {pids}.new {pids}; wait"]
    with Processes() as processes:
        processes.start("parent", command)
        processes.wait_until(pids.exists, seconds=5, what="parent")
        born = [int(pid) for pid in pids.read_text().split()]
        assert all(_alive(pid) for pid in born)
    # The kernel ends them in its own time, a moment after it was told to.
    _gone, left = psutil.wait_procs([psutil.Process(pid) for pid in born if _alive(pid)], timeout=5)
    assert left == []


def test_one_that_ends_by_itself_ends_the_wait() -> None:
    with Processes() as processes:
        processes.start("web", SLEEP)
        processes.start("worker", [sys.executable, "-c", "raise SystemExit(3)"])
        with pytest.raises(StartError, match=r"^worker ended \(exit code 3\)"):
            processes.watch()


def test_a_step_that_fails() -> None:
    with Processes() as processes, pytest.raises(StartError, match=r"^migrate failed \(exit code 1\)"):
        processes.complete("migrate", [sys.executable, "-c", "raise SystemExit(1)"])


def test_one_that_never_answers() -> None:
    with Processes() as processes, pytest.raises(StartError, match=r"^web did not answer within 0 seconds"):
        processes.wait_until(lambda: False, seconds=0.1, what="web")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_wait(number: signal.Signals) -> None:
    start = time.monotonic()
    with Processes() as processes:
        os.kill(os.getpid(), number)
        with pytest.raises(KeyboardInterrupt):
            processes.complete("sync", SLEEP)
    assert time.monotonic() - start < 2


def _alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
