"""Workers that render: whoever brings one down loses only their own job, and none outlives its parent."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from arportal.documents.rendering.render_job import RenderJob
from arportal.documents.rendering.render_pool import RenderFailed, RenderPool
from arportal.documents.rendering.rendering import DocumentFailed, rendered
from arportal.documents.rendering.worker import render_pdf
from tests.whole import only_whole

BLOCKS = "html, body, p { display: block } head { display: none }"
JOB = RenderJob('<html lang="en"><head><title>Paper</title></head><body>Text</body></html>', BLOCKS)
# Laid out for longer than anybody waits: words without a break take the square of their length.
ENDLESS = RenderJob(f"<p>{'x' * 200_000}</p>", "p { display: block; width: 9px; overflow-wrap: anywhere }")


def worker_of(parent: int) -> int:
    """The process id of a worker: a child that Python spawned for work."""
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
    raise LookupError("There is no worker.")


@pytest.fixture
def pool():
    pool = RenderPool(1)
    yield pool
    pool.close()


def test_a_worker_that_dies_is_replaced_and_its_job_rendered(pool):
    assert pool.render(JOB) == render_pdf(JOB)
    os.kill(worker_of(os.getpid()), signal.SIGKILL)
    time.sleep(0.1)
    assert pool.render(JOB).content.startswith(b"%PDF")


@only_whole("test_a_worker_that_dies_is_replaced_and_its_job_rendered")
def test_who_takes_too_long_is_ended_and_the_others_are_rendered():
    pool = RenderPool(2, seconds=2)
    with ThreadPoolExecutor(2) as lanes:
        endless, quick = lanes.submit(pool.render, ENDLESS), lanes.submit(pool.render, JOB)
        assert quick.result(60).content.startswith(b"%PDF")
        with pytest.raises(RenderFailed):
            endless.result(60)
    pool.close()


def test_what_cannot_be_rendered_is_said_in_a_sentence(monkeypatch, settings):
    def broken(_pool, _job):
        raise RenderFailed

    settings.PDF_PROCESSES = 1
    monkeypatch.setattr(RenderPool, "render", broken)
    with pytest.raises(DocumentFailed, match="within a minute"):
        rendered(JOB)


PARENT = """
import sys
from multiprocessing import get_context
from arportal.documents.rendering.render_pool import RenderPool
from arportal.documents.rendering.render_job import RenderJob

def render_one():
    pool = RenderPool(1)
    pool.render(RenderJob("<p>Text</p>", "p { display: block }"))
    return pool

if __name__ == "__main__":
    if sys.argv[1] == "ends":
        child = get_context("spawn").Process(target=render_one)
        child.start()
        child.join()
    else:
        pool = render_one()
        print("rendered", flush=True)
        sys.stdin.read()
"""


@pytest.fixture
def parent(tmp_path) -> list[str]:
    """The command line of a program that renders a job."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    return [sys.executable, str(script)]


WAY = {"PYTHONPATH": os.getcwd(), "PATH": os.environ["PATH"]}


@only_whole("test_a_worker_that_dies_is_replaced_and_its_job_rendered")
def test_a_child_that_renders_comes_to_its_end(parent):
    """As the workers of the web server must, which are children themselves."""
    subprocess.run([*parent, "ends"], env=WAY, check=True, timeout=60)


@only_whole("test_a_worker_that_dies_is_replaced_and_its_job_rendered")
def test_no_worker_outlives_its_parent(parent):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([*parent, "is killed"], env=WAY, **pipes) as running:
        assert running.stdout.readline() == "rendered\n"
        worker = worker_of(running.pid)
        running.kill()
    deadline = time.monotonic() + 5
    while Path(f"/proc/{worker}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(f"/proc/{worker}").exists()
