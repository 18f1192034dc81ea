"""Enums keep what they do not know."""

import copy
import pickle

import pytest

from arportal.b2b import InvoiceStatus, ProcessingStatus


def test_it_works() -> None:
    assert InvoiceStatus(2) is InvoiceStatus.PAID
    assert InvoiceStatus.PAID.is_known


def test_an_unknown_number_is_kept() -> None:
    status = InvoiceStatus(7)
    assert (status, status.name, status.is_known) == (7, "UNKNOWN_7", False)
    assert {status: "seven"}[InvoiceStatus(7)] == "seven"
    assert list(InvoiceStatus) == [0, 1, 2]


def test_an_absent_number_has_a_name() -> None:
    assert ProcessingStatus(-1).name == "MISSING"


def test_an_unknown_one_survives_copying() -> None:
    status = InvoiceStatus(7)
    assert copy.deepcopy(status) == pickle.loads(pickle.dumps(status)) == 7  # noqa: S301 - our own bytes


def test_text_is_no_state() -> None:
    with pytest.raises(ValueError, match="not a valid"):
        InvoiceStatus("open")
