"""docs/floors.svg has the rooms and imports of the code today."""

import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_it_works():
    command = [sys.executable, str(DOCS / "draw_floors.py")]
    drawn = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert (DOCS / "floors.svg").read_text(encoding="utf-8") == drawn, (
        "Run: python docs/draw_floors.py > docs/floors.svg"
    )
