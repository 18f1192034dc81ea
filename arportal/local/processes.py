"""Child processes of one run: each line of output is marked with the name of its process, and what dies while
the product runs is started again."""

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
from dataclasses import dataclass, field
from typing import IO, Any

SECONDS_TO_STOP = 10
SECONDS_BETWEEN_LOOKS = 0.2
# Before a dead process is started again: the first pause, doubled with each death within a minute. One that dies
# more often than this has a reason that starting it again does not mend.
FIRST_PAUSE = 0.25
MOST_RESTARTS, WITHIN_SECONDS = 5, 60
WIDTH = 9
# A progress line redraws itself; in a stream shared with others each state is a line of its own.
TERMINAL_CODES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_printing = threading.Lock()


class StartError(Exception):
    """Something did not start, or ended on its own; the message is a sentence for whoever started us."""


@dataclass
class Child:
    """One process, which another may follow; `deaths` are monotonic times, `again_at` is when the next is due."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    stop_signal: signal.Signals
    process: subprocess.Popen[str] = field(init=False)
    reader: threading.Thread = field(init=False)
    deaths: list[float] = field(default_factory=list)
    again_at: float | None = None

    def start(self) -> None:
        # A session of its own: Ctrl-C in the terminal reaches us alone, and we stop the children in good order.
        self.process = subprocess.Popen(
            dying_with_parent(self.command),
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self.again_at = None
        self.reader = threading.Thread(target=_relay, args=(self.name, self.process.stdout), daemon=True)
        self.reader.start()

    @property
    def is_dead(self) -> bool:
        return self.process.poll() is not None

    @property
    def end(self) -> str:
        """Its end in words: `killed by SIGKILL`, `exit code 3`."""
        code: int = self.process.returncode
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def count_death(self, now: float) -> float:
        """Returns the pause before the next start; StartError when it died too often."""
        self.deaths = [*(death for death in self.deaths if now - death < WITHIN_SECONDS), now]
        if len(self.deaths) > MOST_RESTARTS:
            raise StartError(
                f"{self.name} ended {len(self.deaths)} times within {WITHIN_SECONDS} seconds (last: {self.end}),"
                " so everything else is stopped too."
            )
        return float(FIRST_PAUSE * 2 ** (len(self.deaths) - 1))

    def revive(self) -> None:
        """Start it again once its pause is over; the first look after its death says so and sets the pause."""
        now = time.monotonic()
        if self.again_at is None:
            _sweep(self.process.pid)
            pause = self.count_death(now)
            say(f"{self.name} ended ({self.end}); it is started again in {pause:g} s.")
            self.again_at = now + pause
        elif now >= self.again_at:
            self.start()
            say(f"{self.name} is started again.")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.process.kill()
        _sweep(self.process.pid)
        self.process.wait()
        self.reader.join(1)


class Processes:
    """The children of this process, in the order of their start; leaving the context stops them all.

    While things are started, one that ends stops everything: what cannot start will not start the next time. While
    `watch` looks on, one that ends is started again.
    """

    def __init__(self) -> None:
        self._children: list[Child] = []
        self._stopping = threading.Event()
        self._handlers_before: dict[int, Any] = {}

    def __enter__(self) -> "Processes":
        # The handlers only set a flag, which every wait looks at: an exception raised by a handler could
        # strike between the birth of a child and the line that remembers it.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._handlers_before[number] = signal.signal(number, lambda *_: self._stopping.set())
        return self

    def __exit__(self, *_: object) -> None:
        for child in reversed(self._children):
            child.stop()
        for number, handler in self._handlers_before.items():
            signal.signal(number, handler)

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
        child = Child(name, command, environment or {}, stop_signal)
        child.start()
        self._children.append(child)

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
            step.stop()
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
        """Stay until somebody asks us to stop (KeyboardInterrupt) or a process dies too often (StartError)."""
        while True:
            self._rest(SECONDS_BETWEEN_LOOKS)
            for child in self._children:
                if child.is_dead:
                    child.revive()

    def _pause(self, seconds: float) -> None:
        self._rest(seconds)
        for child in self._children:
            if child.is_dead:
                raise StartError(f"{child.name} ended ({child.end}), so everything else is stopped too.")

    def _rest(self, seconds: float) -> None:
        if self._stopping.wait(seconds):
            raise KeyboardInterrupt


def dying_with_parent(command: Sequence[str]) -> list[str]:
    """`command`, which the kernel stops when we are killed outright (on Linux; elsewhere it is as it was)."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "INT", *command] if setpriv else list(command)


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


def _sweep(group: int) -> None:
    """End whatever a child left behind: its own children share its process group."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
