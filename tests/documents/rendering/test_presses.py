"""Processes that print: whoever brings one down loses only their own sheet, and none outlives its parent."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from arportal.documents.rendering import rendering
from arportal.documents.rendering.press import print_sheet
from arportal.documents.rendering.presses import Presses, Unprintable
from arportal.documents.rendering.rendering import DocumentFailed, printed
from arportal.documents.rendering.sheets import Sheet

BLOCKS = "html, body, p { display: block } head { display: none }"
SHEET = Sheet('<html lang="en"><head><title>Paper</title></head><body>Text</body></html>', BLOCKS)
# Laid out for longer than anybody waits: words without a break take the square of their length.
ENDLESS = Sheet(f"<p>{'x' * 200_000}</p>", "p { display: block; width: 9px; overflow-wrap: anywhere }")


@pytest.fixture(scope="module")
def presses():
    presses = Presses(1)
    yield presses
    presses.close()


def press_of(parent: int) -> int:
    """The process id of a press: a child that Python spawned for work."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = status.read_text().rpartition(")")[2].split()
                command = status.with_name("cmdline").read_text()
            except OSError:
                continue
            if int(fields[1]) == parent and fields[0] != "Z" and "multiprocessing.spawn" in command:
                return int(status.parent.name)
        time.sleep(0.02)
    raise LookupError("There is no press.")


def test_it_works(presses):
    assert presses.print(SHEET) == print_sheet(SHEET)


def test_a_press_that_dies_is_replaced_and_its_sheet_printed(presses):
    presses.print(SHEET)
    os.kill(press_of(os.getpid()), signal.SIGKILL)
    time.sleep(0.1)
    assert presses.print(SHEET).content.startswith(b"%PDF")


def test_who_takes_too_long_is_ended_and_the_others_are_printed():
    presses = Presses(2, seconds=3)
    with ThreadPoolExecutor(2) as lanes:
        endless, quick = lanes.submit(presses.print, ENDLESS), lanes.submit(presses.print, SHEET)
        assert quick.result(60).content.startswith(b"%PDF")
        with pytest.raises(Unprintable):
            endless.result(60)
    presses.close()


def test_what_cannot_be_printed_is_said_in_a_sentence(monkeypatch, settings):
    def broken(_sheet):
        raise Unprintable

    settings.PDF_PROCESSES = 1
    monkeypatch.setattr(rendering, "_presses", lambda: type("Presses", (), {"print": staticmethod(broken)}))
    with pytest.raises(DocumentFailed, match="within a minute"):
        printed(SHEET)


PARENT = """
import sys
from multiprocessing import get_context
from arportal.documents.rendering.presses import Presses
from arportal.documents.rendering.sheets import Sheet

def print_one():
    presses = Presses(1)
    presses.print(Sheet("<p>Text</p>", "p { display: block }"))
    return presses

if __name__ == "__main__":
    if sys.argv[1] == "ends":
        child = get_context("spawn").Process(target=print_one)
        child.start()
        child.join()
    else:
        presses = print_one()
        print("printed", flush=True)
        sys.stdin.read()
"""


@pytest.fixture
def parent(tmp_path) -> list[str]:
    """The command line of a program that prints a sheet."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    return [sys.executable, str(script)]


WAY = {"PYTHONPATH": os.getcwd(), "PATH": os.environ["PATH"]}


def test_a_child_that_prints_comes_to_its_end(parent):
    """As the workers of the web server must, which are children themselves."""
    subprocess.run([*parent, "ends"], env=WAY, check=True, timeout=60)


def test_no_press_outlives_its_parent(parent):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([*parent, "is killed"], env=WAY, **pipes) as running:
        assert running.stdout.readline() == "printed\n"
        press = press_of(running.pid)
        running.kill()
    deadline = time.monotonic() + 5
    while Path(f"/proc/{press}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(f"/proc/{press}").exists()
