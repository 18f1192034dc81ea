"""Amounts and counts in messages: in the number format of whoever asked."""

from decimal import Decimal

import pytest

from arportal.b2b import Money
from arportal.mirror import figures
from arportal.stores.models import NumberFormat

AMOUNT = Money(Decimal("-1234567.5"), "USD")


@pytest.mark.parametrize(
    ("number_format", "amount", "count"),
    [
        (NumberFormat.DOT, "\u22121,234,567.50 USD", "20,000"),
        (NumberFormat.COMMA, "\u22121.234.567,50 USD", "20.000"),
    ],
)
def test_it_works(number_format, amount, count):
    with figures.written_in(number_format):
        assert (figures.amount(AMOUNT), figures.count(20_000)) == (amount, count)


def test_dots_where_nobody_asked():
    with figures.written_in(NumberFormat.COMMA):
        pass
    assert figures.amount(AMOUNT) == "\u22121,234,567.50 USD"


@pytest.mark.parametrize("number_format", [None, NumberFormat.COMMA])
def test_nothing_has_no_sign(number_format):
    assert "\u2212" not in figures.figure(Money(Decimal("-0.00"), "USD"), "en", number_format)
    assert figures.figure(Money(Decimal("-0.01"), "USD"), "en", number_format)[0] == "\u2212"
