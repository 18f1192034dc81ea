"""Records in the bytes that a row keeps of them."""

import json
from decimal import Decimal
from types import MappingProxyType

import pytest

from arportal.mirror.raw import pack, unpack

LONG = {"id": 4, "memo": "Blankets and rope, as agreed. " * 40}


def test_it_works():
    assert unpack(pack(LONG)) == LONG
    assert len(pack(LONG)) < len(json.dumps(LONG)) / 5


def test_the_same_record_comes_to_the_same_bytes():
    assert pack(LONG) == pack(json.loads(json.dumps(LONG)))


@pytest.mark.parametrize("record", [{}, [], {"id": 4}, [LONG, LONG]], ids=["empty", "none", "short", "list"])
def test_other_sizes_and_kinds(record):
    assert unpack(pack(record)) == record


def test_a_row_of_before_is_plain_json():
    assert unpack(json.dumps(LONG, indent=2).encode()) == LONG


def test_keys_keep_their_order():
    assert list(unpack(pack(MappingProxyType({"b": 1, "a": 2})))) == ["b", "a"]


def test_fractions_keep_their_digits():
    assert unpack(pack({"price": [Decimal("12.3400"), Decimal("1E+2")]})) == {"price": ["12.3400", "1E+2"]}


def test_whole_numbers_of_any_length():
    assert unpack(pack({"id": 2**63, "sum": -(10**40)})) == {"id": 2**63, "sum": -(10**40)}


def test_nul_is_left_out():
    assert unpack(pack({"a\x00": ["b\x00", r"\u0000"]})) == {"a": ["b", r"\u0000"]}


def test_half_a_character_is_replaced():
    assert unpack(pack({"name": "caf\ud83d"})) == {"name": "caf?"}


def test_depth():
    record = []
    for _ in range(300):
        record = [record]
    assert unpack(pack(record)) == record


def test_what_json_does_not_know_is_refused():
    with pytest.raises(TypeError, match="JSON has no set"):
        pack({"ids": {1, 2}})
