"""Amounts that may be asked for."""

from decimal import Decimal

import pytest

from arportal.b2b import Money
from arportal.receivables.changes.amounts import check_amount, problem_in_amount
from arportal.receivables.changes.errors import Invalid


def money(amount: str, currency: str = "USD") -> Money:
    return Money(Decimal(amount), currency)


def test_it_works():
    cases = {
        money("0.01"): "",
        money("0"): "Enter an amount above zero.",
        money("-1"): "Enter an amount above zero.",
        money("0.001"): "USD has 2 decimals.",
        money("1.5", "JPY"): "JPY has 0 decimals.",
        money("0.001", "KWD"): "",
    }
    assert {amount: problem_in_amount(amount) for amount in cases} == cases
    check_amount(money("1"))
    with pytest.raises(Invalid) as refused:
        check_amount(money("0"))
    assert refused.value.fields == {"amount": ["Enter an amount above zero."]}


def test_what_a_thing_has_already_may_stay():
    assert problem_in_amount(money("0.001"), money("0.001")) == ""
    assert problem_in_amount(money("0.001"), money("0.002")) == "USD has 2 decimals."
