"""The arrows between the rooms hold, and the tool that holds them notices when one is broken."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "arportal", tmp_path / "arportal", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(house: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=house, capture_output=True, text=True, check=False)


def plant(house: Path, room: str, line: str) -> None:
    (house / "arportal" / room / "planted.py").write_text(f"{line}\n")


def test_it_works(house):
    answer = lint(house)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("desk", "from arportal.b2b.client import Client"),
        ("documents", "from arportal.b2b.transport import Transport"),
        ("mirror", "import arportal.receivables.changes"),
        ("b2b", "import django"),
        ("b2b", "import arportal.stores.models"),
        ("sandbox", "import arportal.b2b.money"),
        ("receivables", "import arportal.sandbox.clock"),
        ("rest", "import arportal.desk.urls"),
    ],
)
def test_a_broken_arrow_is_noticed(house, room, line):
    plant(house, room, line)
    answer = lint(house)
    assert answer.returncode == 1
    assert "planted" in answer.stdout
