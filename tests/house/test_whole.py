"""Every test that only `pytest --whole` runs names one of the suite that makes its claim on less."""

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent.parent


def marked() -> Iterator[tuple[Path, str, str]]:
    """The file, the name and the shorter one of each."""
    sources = {path: path.read_text() for path in TESTS.rglob("test_*.py")}
    for path, source in sources.items():
        for test in ast.walk(ast.parse(source)) if "only_whole" in source else ():
            if isinstance(test, ast.FunctionDef):
                for mark in test.decorator_list:
                    if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "only_whole":
                        yield path, test.name, ast.literal_eval(mark.args[0])


def test_each_has_a_shorter_one_in_the_suite() -> None:
    tests = list(marked())
    assert tests
    only_whole = {(path, name) for path, name, _short in tests}
    wrong = []
    for path, name, short in tests:
        place, _, its_name = short.rpartition("::")
        its_path = TESTS / place if place else path
        is_there = its_path.exists() and f"def {its_name}(" in its_path.read_text()
        if not is_there or (its_path, its_name) in only_whole:
            wrong.append(f"{path.relative_to(TESTS)}::{name}: {short}")
    assert not wrong
