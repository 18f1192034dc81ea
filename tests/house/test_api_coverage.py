"""docs/api-coverage.md says what the code does today."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "api-coverage.md"


@pytest.fixture(scope="module")
def made_anew() -> str:
    # In a process of its own: it needs the sandbox's settings, not ours.
    code = "import api_coverage, sys; sys.stdout.write(api_coverage.page())"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT / "docs", capture_output=True, text=True, check=True
    )
    return answer.stdout


def test_it_works(made_anew):
    assert PAGE.read_text(encoding="utf-8") == made_anew, "Run: python docs/api_coverage.py"


def test_nothing_is_missing(made_anew):
    assert "missing" not in made_anew
    assert made_anew.count("\n| ") > 50
