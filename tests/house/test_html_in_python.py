"""HTML is written in templates; in Python only where it is made by the hundred, and each place says why."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DESK = ROOT / "arportal" / "desk"
ALLOWED = {"lists/cells.py", "lists/tables.py", "forms/widgets.py"}
# A tag that opens or closes, or an entity.
HTML = re.compile(r"</?[a-zA-Z][\w-]*(\s[^<>]*)?/?>|<[a-z]+\s|&[a-z]+;")


def html_in(source: str) -> Iterator[int]:
    """The lines with strings that hold HTML; docstrings are prose."""
    tree = ast.parse(source)
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    documented = (node for node in ast.walk(tree) if isinstance(node, owners) and ast.get_docstring(node))
    prose = {id(node.body[0].value) for node in documented}
    strings = (
        node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    yield from (node.lineno for node in strings if id(node) not in prose and HTML.search(node.value))


def python_files() -> list[str]:
    return sorted(str(path.relative_to(DESK)) for path in DESK.rglob("*.py"))


@pytest.mark.parametrize("path", [path for path in python_files() if path not in ALLOWED])
def test_no_html_in_python(path):
    # Written like a tag, but none: an address pattern of Django, <int:payment_id>; a named group, (?P<url>…).
    source = re.sub(r"<(int|str|uuid|slug):\w+>|\(\?P<\w+>", "", (DESK / path).read_text())
    assert list(html_in(source)) == [], "write a template, or a function of lists/cells.py"


@pytest.mark.parametrize("path", sorted(ALLOWED))
def test_the_places_that_are_allowed_use_it(path):
    assert list(html_in((DESK / path).read_text()))


@pytest.mark.parametrize(
    "line", ["""x = '<a href="{}">'""", "x = f'<td>{y}'", "x = html.replace('<tr ', y)", "x = '&nbsp;'"]
)
def test_it_finds_html(line):
    assert list(html_in(line)) == [1]
