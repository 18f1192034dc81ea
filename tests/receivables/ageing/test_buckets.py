"""Buckets: what may be typed in."""

import pytest

from arportal.receivables.ageing.buckets import MOST_BUCKETS, Buckets


def test_it_works():
    assert [bucket.key for bucket in Buckets((1, 5))] == ["current", "1-1", "2-5", "6-"]
    assert len(Buckets(tuple(range(1, MOST_BUCKETS + 1)))) == MOST_BUCKETS + 2


@pytest.mark.parametrize("edges", [(0,), (30, 30), (30, 20), tuple(range(1, MOST_BUCKETS + 2))])
def test_days_rise(edges):
    with pytest.raises(ValueError, match="rise"):
        Buckets(edges)
