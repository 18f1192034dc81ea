"""What is exhaustive has a fixed part of its inputs in the suite; `make bench ONLY=T1` has all of them."""

from typing import TypeVar

Inputs = TypeVar("Inputs")
# Set by conftest.py before any test is collected: inputs are chosen when a module is imported.
is_asked_for = False


def whole_or(whole: Inputs, part: Inputs) -> Inputs:
    """The inputs of an exhaustive test. `part` meets each kind of case once, by the same code."""
    return whole if is_asked_for else part
