"""The arrows between the floors and their rooms hold, and the tool that holds them notices when one is broken."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.whole import only_whole

ROOT = Path(__file__).resolve().parents[2]
# Where a line is planted, and a line that is not allowed there.
BROKEN = [
    ("desk/site", "from arportal.b2b.client import Client"),
    ("documents/rendering", "from arportal.b2b.http.transport import Transport"),
    ("mirror/rows", "import arportal.receivables.changes.changes"),
    ("b2b/values", "import django"),
    ("b2b/values", "import arportal.stores.models"),
    ("sandbox/requests", "import arportal.b2b.values.money"),
    ("receivables/changes", "import arportal.sandbox.requests.clock"),
    ("rest", "import arportal.desk.urls"),
    ("desk/format", "import arportal.desk.lists.lists"),
    ("desk/orders", "import arportal.desk.payments.page"),
    ("receivables/changes", "import arportal.receivables.tasks"),
    ("mirror/api", "import arportal.mirror.sync.sync"),
    ("documents/exports", "import arportal.documents.tasks"),
    ("sandbox/rules", "import arportal.sandbox.resources.invoices"),
    ("b2b/values", "import arportal.b2b.http.wire"),
]


# Those with rooms, beside which no file may lie.
FLOORS = ("desk", "receivables", "mirror", "documents", "sandbox", "b2b")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "arportal", tmp_path / "arportal", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(house: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=house, capture_output=True, text=True, check=False)


def plant(house: Path, room: str, name: str, line: str = "") -> None:
    (house / "arportal" / room / f"{name}.py").write_text(f"{line}\n")


@only_whole("test_broken_arrows_and_files_in_no_room_are_noticed")
def test_it_works(house):
    answer = lint(house)
    assert answer.returncode == 0, answer.stdout


def test_broken_arrows_and_files_in_no_room_are_noticed(house):
    for number, (room, line) in enumerate(BROKEN):
        plant(house, room, f"planted_{number}", line)
    for floor in FLOORS:
        plant(house, floor, "homeless")
    answer = lint(house)
    assert answer.returncode == 1
    missed = [arrow for number, arrow in enumerate(BROKEN) if f"planted_{number} ->" not in answer.stdout]
    assert not missed
    assert [floor for floor in FLOORS if f"arportal.{floor}.homeless" not in answer.stdout] == []


def test_one_file_reaches_into_weasyprint():
    """What is no documented API may change with any version: then there is one file to look at."""
    internals = re.compile(
        r"pydyf|cssselect2|weasyprint\.text\.ffi|_ua_stylesheets|\.wrapper_element|(?<!text)\.fonts\b"
    )
    code = (ROOT / "arportal" / "documents").rglob("*.py")
    reaching = {path.name for path in code if internals.search(path.read_text())}
    # version.py names the libraries, whose versions are part of what a document is.
    assert reaching == {"weasyprint_internals.py", "version.py"}
