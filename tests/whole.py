"""What is exhaustive has a fixed part of its inputs in the suite; `make bench ONLY=T1` has all of them."""

from typing import TypeVar

import pytest

Inputs = TypeVar("Inputs")
# Set by conftest.py before any test is collected: inputs are chosen when a module is imported.
is_asked_for = False


def whole_or(whole: Inputs, part: Inputs) -> Inputs:
    """The inputs of an exhaustive test. `part` meets each kind of case once, by the same code."""
    return whole if is_asked_for else part


def only_whole(short: str) -> pytest.MarkDecorator:
    """A test that `pytest --whole` alone runs. `short` is the test of the suite that makes its claim on less:
    its name, with its file from tests/ on where that is another (test_whole.py looks for it)."""
    return pytest.mark.only_whole(short)
