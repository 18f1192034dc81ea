"""Child processes that live and die together: each line of output is marked with the name of its process."""

# Not honcho: its manager starts everything at once and has no steps. Here order matters (database,
# migrations, sandbox, first sync, web server; the database goes last), and Ctrl-C may come between any two.

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType
from typing import IO, Any

SECONDS_TO_STOP = 10
WIDTH = 9
# A progress line redraws itself; in a stream shared with others each state is a line of its own.
TERMINAL_CODES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_printing = threading.Lock()


class StartError(Exception):
    """Something did not start, or ended on its own; the message is a sentence for whoever started us."""


@dataclass(frozen=True)
class Child:
    name: str
    process: subprocess.Popen[str]
    stop_signal: signal.Signals
    reader: threading.Thread


class Processes:
    """The children of this process, in the order of their start; leaving the context stops them all."""

    def __init__(self) -> None:
        self._children: list[Child] = []
        self._stopping = threading.Event()
        self._handlers_before: dict[int, Any] = {}

    def __enter__(self) -> "Processes":
        # The handlers only set a flag, which every wait looks at: an exception raised by a handler could
        # strike between the birth of a child and the line that remembers it.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._handlers_before[number] = signal.signal(number, self._ask_to_stop)
        return self

    def __exit__(self, *_: object) -> None:
        for child in reversed(self._children):
            _stop(child)
        for number, handler in self._handlers_before.items():
            signal.signal(number, handler)

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping.set()

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        """Start `command` and let it run; `environment` is added to ours."""
        self._pause(0)
        self._children.append(_born(name, command, environment or {}, stop_signal))

    def complete(
        self, name: str, command: Sequence[str], *, environment: Mapping[str, str] | None = None
    ) -> None:
        """Run `command` to its end; StartError unless it ends well."""
        self.start(name, command, environment=environment)
        step = self._children.pop()
        try:
            while step.process.poll() is None:
                self._pause(0.02)
        finally:
            _stop(step)
        if step.process.returncode:
            raise StartError(f"{name} failed (exit code {step.process.returncode}); its last lines say why.")

    def wait_until(self, ready: Callable[[], bool], *, seconds: float, what: str) -> None:
        """Wait until `ready`, while every process lives; `what` ends the sentence "… did not answer"."""
        deadline = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > deadline:
                raise StartError(f"{what} did not answer within {seconds:.0f} seconds.")
            self._pause(0.05)

    def watch(self) -> None:
        """Stay until somebody asks us to stop (KeyboardInterrupt) or a process ends (StartError)."""
        while True:
            self._pause(0.2)

    def _pause(self, seconds: float) -> None:
        if self._stopping.wait(seconds):
            raise KeyboardInterrupt
        for child in self._children:
            if child.process.poll() is not None:
                code = child.process.returncode
                raise StartError(f"{child.name} ended (exit code {code}), so everything else is stopped too.")


def dying_with_parent(command: Sequence[str]) -> list[str]:
    """`command`, which the kernel stops when we are killed outright (on Linux; elsewhere it is as it was)."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "INT", *command] if setpriv else list(command)


def _born(
    name: str, command: Sequence[str], environment: Mapping[str, str], stop_signal: signal.Signals
) -> Child:
    # A session of its own: Ctrl-C in the terminal reaches us alone, and we stop the children in good order.
    process = subprocess.Popen(
        dying_with_parent(command),
        env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    assert process.stdout is not None  # noqa: S101 - narrows the type; PIPE above
    reader = threading.Thread(target=_relay, args=(name, process.stdout), daemon=True)
    reader.start()
    return Child(name, process, stop_signal, reader)


def _relay(name: str, lines: IO[str]) -> None:
    for line in lines:
        if text := TERMINAL_CODES.sub("", line).rstrip():
            say(f"{name:>{WIDTH}} | {text}")
    lines.close()


def say(line: str) -> None:
    """Print one line; a terminal that is gone must not keep us from stopping the children."""
    with _printing:
        try:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        except OSError:
            pass


def _stop(child: Child) -> None:
    if child.process.poll() is None:
        child.process.send_signal(child.stop_signal)
    try:
        child.process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        child.process.kill()
    _sweep(child.process.pid)
    child.process.wait()
    child.reader.join(1)


def _sweep(group: int) -> None:
    """End whatever a child left behind: its own children share its process group."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
