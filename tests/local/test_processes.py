"""Child processes: stopped together, and started again when one dies."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from arportal.local.processes import Child, Processes, StartError

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


def test_one_that_is_killed_is_started_again(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    births = tmp_path / "births"
    with Processes() as processes:
        processes.start("web", SLEEP)
        processes.start("worker", ["sh", "-c", f"echo $$ >> {births}; exec sleep 60"])

        def kill_then_stop() -> None:
            os.kill(_born(births, 1), signal.SIGKILL)
            _born(births, 2)
            time.sleep(0.3)
            os.kill(os.getpid(), signal.SIGTERM)

        killer = threading.Thread(target=kill_then_stop)
        killer.start()
        with pytest.raises(KeyboardInterrupt):
            processes.watch()
        killer.join()
    said = capfd.readouterr().out.splitlines()
    assert said == [
        "worker ended (killed by SIGKILL); it is started again in 0.25 s.",
        "worker is started again.",
    ]
    assert not _alive(_born(births, 2))


def test_one_that_dies_again_and_again_stops_everything(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("arportal.local.processes.FIRST_PAUSE", 0.001)
    monkeypatch.setattr("arportal.local.processes.SECONDS_BETWEEN_LOOKS", 0.005)
    with Processes() as processes:
        processes.start("web", SLEEP)
        processes.start("worker", ["sh", "-c", "exit 3"])
        with pytest.raises(
            StartError, match=r"^worker ended 6 times within 60 seconds \(last: exit code 3\), so everything"
        ):
            processes.watch()
    assert capfd.readouterr().out.count("worker is started again.") == 5


def test_pauses_grow_and_old_deaths_are_forgotten() -> None:
    child = Child("worker", SLEEP, {}, signal.SIGTERM)
    assert [child.count_death(now) for now in range(5)] == [0.25, 0.5, 1, 2, 4]
    assert child.count_death(62.5) == 1


def test_one_that_ends_while_others_are_started_ends_the_wait() -> None:
    with Processes() as processes:
        processes.start("web", SLEEP)
        processes.start("worker", [sys.executable, "-c", "raise SystemExit(3)"])
        with pytest.raises(StartError, match=r"^worker ended \(exit code 3\)"):
            processes.wait_until(lambda: False, seconds=5, what="web")


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


def _born(births: Path, count: int) -> int:
    """The process id of this birth, once it has taken place."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        pids = births.read_text().split() if births.exists() else []
        if len(pids) >= count:
            return int(pids[count - 1])
        time.sleep(0.01)
    raise TimeoutError(f"birth {count}")
