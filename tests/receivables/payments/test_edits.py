"""An edit as its form has it: what is missing in it, and how much money it moves."""

import datetime as dt
from decimal import Decimal

import pytest

from arportal.receivables.payments.edits import Edit, moved

TODAY = dt.date(2026, 11, 23)
DATE, FUTURE = "Enter the value date.", "This date is in the future."


def problems(was_noted: bool = False, **form) -> dict[str, list[str]]:
    edit = Edit(**{"seen": {}, "payer_name": "Treasury", "memo": "", "allocations": ()} | form)
    return edit.problems(TODAY, was_noted=was_noted)


@pytest.mark.parametrize(
    ("form", "was_noted", "words"),
    [
        ({}, False, None),
        ({"reference": "CHQ 7"}, False, DATE),
        ({"method": "cheque"}, False, DATE),
        # It is not forgotten again.
        ({}, True, DATE),
        ({"reference": "CHQ 7", "method": "cheque"}, True, DATE),
        ({"reference": "CHQ 7", "received_on": TODAY}, False, None),
        ({"received_on": TODAY}, True, None),
        ({"received_on": TODAY + dt.timedelta(days=1)}, False, FUTURE),
        ({"received_on": TODAY + dt.timedelta(days=1)}, True, FUTURE),
    ],
)
def test_how_it_arrived(form, was_noted, words):
    assert problems(was_noted, **form) == ({"received_on": [words]} if words else {})


def test_a_payer_is_needed():
    assert problems(payer_name="") == {"payer_name": ["Enter the payer."]}


@pytest.mark.parametrize(
    ("was", "will", "by"),
    [
        ({}, {1: "5"}, "5"),
        ({1: "5"}, {}, "5"),
        ({1: "2", 2: "1"}, {2: "3"}, "2"),
        ({1: "3"}, {2: "0.5"}, "3"),
        ({1: "0.5"}, {2: "1"}, "1"),
        ({1: "0.5", 2: "0.25"}, {1: "1", 2: "0.5"}, "0.75"),
        ({1: "1", 2: "0.5"}, {1: "0.5", 2: "0.25"}, "0.75"),
        ({1: "2"}, {1: "2"}, "0"),
    ],
)
def test_the_money_that_goes_elsewhere(was, will, by):
    """What invoices win or what they lose, whichever is more."""
    before = {each: Decimal(amount) for each, amount in was.items()}
    after = {each: Decimal(amount) for each, amount in will.items()}
    assert moved(before, after) == Decimal(by)
