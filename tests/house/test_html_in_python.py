"""HTML is written in templates; in Python only where it is made by the hundred, and each place says why."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

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


def test_html_is_only_in_the_places_that_are_allowed():
    # Written like a tag, but none: an address pattern of Django, <int:payment_id>; a named group, (?P<url>…).
    no_tag = re.compile(r"<(int|str|uuid|slug):\w+>|\(\?P<\w+>")
    sources = {str(path.relative_to(DESK)): no_tag.sub("", path.read_text()) for path in DESK.rglob("*.py")}
    holding = {path for path, source in sources.items() if list(html_in(source))}
    assert holding == ALLOWED, "write a template, or a function of lists/cells.py"


def test_it_finds_html():
    lines = ("""x = '<a href="{}">'""", "x = f'<td>{y}'", "x = html.replace('<tr ', y)", "x = '&nbsp;'")
    assert [list(html_in(line)) for line in lines] == [[1]] * len(lines)
