"""Amounts as people type them."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from arportal.desk.amounts import AmountField, parse_amount


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("1,234.50", "USD", "1234.50"),
        ("1234.5", "USD", "1234.5"),
        ("7", "USD", "7"),
        ("1,234,567", "JPY", "1234567"),
        ("0.125", "KWD", "0.125"),
    ],
)
def test_it_works(text, currency, amount):
    assert parse_amount(text, currency) == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "currency", "reason"),
    [
        ("twelve", "USD", "“twelve” is not an amount: write it like 1,234.00."),
        ("1,23", "USD", "“1,23” is not an amount"),
        ("1.234,50", "USD", "is not an amount"),
        ("-5", "USD", "is not an amount"),
        ("1e3", "USD", "is not an amount"),
        ("NaN", "USD", "is not an amount"),
        ("\u0661\u0662", "USD", "is not an amount"),
        ("5 USD", "USD", "is not an amount"),
        ("1.005", "USD", "USD has 2 decimals, no more."),
        ("10.5", "JPY", "JPY has no decimals."),
        ("0.00", "USD", "Enter an amount above zero"),
        ("1" * 16, "USD", "This amount is too large."),
    ],
)
def test_refused_in_a_sentence(text, currency, reason):
    with pytest.raises(ValidationError) as refused:
        parse_amount(text, currency)
    assert reason in refused.value.messages[0]


def test_left_empty():
    assert AmountField("USD").clean("  ") is None
