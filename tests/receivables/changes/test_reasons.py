"""Reasons: one is needed, and not a novel."""

import pytest

from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.reasons import LONGEST, check_reason


def test_it_works():
    check_reason("x" * LONGEST)
    cases = {"": "Give a reason", " \n": "Give a reason", "x" * (LONGEST + 1): "Use at most 500 characters."}
    for reason, words in cases.items():
        with pytest.raises(Invalid, match=words) as refused:
            check_reason(reason)
        assert set(refused.value.fields) == {"reason"}
