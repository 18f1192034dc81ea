"""The list of what is not imitated is true."""

import importlib.util
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "arportal" / "sandbox" / "limits.py"


def limits():
    """Loaded by its path: tests know the sandbox only from outside."""
    specification = importlib.util.spec_from_file_location("limits", FILE)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("method", "path", "what"), limits().NOT_SERVED)
def test_what_is_not_served_is_refused(box, method, path, what):
    answer = box.ask(method, path.format(id=7001 if "users" in path else 1001), json={})
    assert answer.status_code in (404, 405), what


def test_every_sentence_ends():
    assert all(sentence.endswith(".") for sentence in limits().NOT_IMITATED)
