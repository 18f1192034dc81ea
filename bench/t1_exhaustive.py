"""T1: the exhaustive tests with all their inputs, of which the suite has a fixed part (tests/whole.py)."""

import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from bench.result import Result

NAME = "T1 exhaustive tests with all inputs"
TARGET = "0 failed, >= 150 passed"
TESTS = Path(__file__).resolve().parent.parent / "tests"
# The choice itself, and the names under which others of a directory use what was chosen.
CHOICE = re.compile(r"\b(whole_or|only_whole|both_ways|plain_at_least|flaws|SOME_VERBS)\b")


def measure() -> Result:
    with tempfile.TemporaryDirectory() as directory:
        told = Path(directory) / "told.xml"
        # Not the server of the bars: the tests start their own, in a directory of their own.
        ours = ("DATABASE_URL", "WEB_DATABASE_URL", "TEST_DIRECTORY")
        environment = {name: value for name, value in os.environ.items() if name not in ours}
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--whole", f"--junitxml={told}"]
        subprocess.run([*command, *chosen()], cwd=TESTS.parent, env=environment, check=False)
        suite = ElementTree.parse(told).getroot()[0]  # noqa: S314 - pytest wrote it just now
    count = Counter({name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")})
    failed = count["failures"] + count["errors"]
    passed = count["tests"] - failed - count["skipped"]
    return Result(f"{failed} failed, {passed} passed", failed == 0 and passed >= 150)


def chosen() -> list[str]:
    """The files of the tests that have a part of their inputs in the suite."""
    return sorted(str(path) for path in TESTS.rglob("test_*.py") if CHOICE.search(path.read_text()))
