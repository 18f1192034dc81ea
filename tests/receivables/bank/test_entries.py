"""The parts of a bank file: texts of any shape and length, as they are kept and told."""

from decimal import Decimal

import pytest

from arportal.receivables.bank.entries import account_number, amount_of, one_line
from arportal.receivables.tables.table import Unreadable


def test_texts_are_one_line_and_account_numbers_as_long_as_is_kept():
    assert one_line(" Invoice\n1814 ", " ", "", "thanks") == "Invoice 1814 thanks"
    assert account_number(" de89\t3704 ") == "DE893704"
    assert account_number("x" * 65) == "X" * 64


def test_an_amount_has_as_many_decimals_as_its_currency():
    assert amount_of("12.250", "EUR") == Decimal("12.25")
    with pytest.raises(Unreadable, match="has more decimals than EUR"):
        amount_of("12.255", "EUR")


@pytest.mark.parametrize("text", ["x" * 41, "1." + "1" * 39])
def test_of_what_is_no_amount_the_beginning_is_told(text):
    with pytest.raises(Unreadable) as refused:
        amount_of(f" {text} ", "EUR")
    assert f"“{text[:40]}” " in str(refused.value)
