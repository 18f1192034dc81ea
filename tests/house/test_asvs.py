"""docs/asvs.csv: each requirement of OWASP ASVS 5.0, levels 1 and 2, has one honest row."""

import ast
import csv
from collections import Counter
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
# How many the standard has of each level.
LEVELS = {"1": 70, "2": 183}


def rows() -> list[dict[str, str]]:
    with (ROOT / "docs" / "asvs.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_each_requirement_has_one_row() -> None:
    assert Counter(row["level"] for row in rows()) == LEVELS
    assert not [name for name, times in Counter(row["id"] for row in rows()).items() if times > 1]
    assert all(row["about"] for row in rows())


def test_each_verdict_has_what_it_stands_on() -> None:
    """A test or a file for what passes, a reason for all else."""
    wrong = [
        row["id"]
        for row in rows()
        if not {
            "pass": is_there(row["evidence"]),
            "not applicable": bool(row["reason"]),
            "gap": bool(row["reason"]),
        }.get(row["verdict"], False)
    ]
    assert not wrong


def is_there(evidence: str) -> bool:
    """True for the path of a file, or of a test in one (`tests/a.py::test_b`)."""
    path, _, test = evidence.partition("::")
    return (ROOT / path).is_file() and (not test or test in names_in(path))


@cache
def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_what_is_missing_is_noticed() -> None:
    here = "tests/house/test_asvs.py"
    assert is_there(f"{here}::test_what_is_missing_is_noticed")
    assert not is_there(f"{here}::test_of_nothing")
    assert not is_there("tests/house/nothing.py")
    assert not is_there("")
