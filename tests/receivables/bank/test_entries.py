"""The parts of a bank file: texts of any shape and length, as they are kept and told."""

import pytest

from arportal.receivables.bank.entries import account_number, amount_of, one_line
from arportal.receivables.tables.table import Unreadable


def test_texts_are_one_line_and_account_numbers_as_long_as_is_kept():
    assert one_line(" Invoice\n1814 ", " ", "", "thanks") == "Invoice 1814 thanks"
    assert account_number(" de89\t3704 ") == "DE893704"
    assert account_number("x" * 65) == "X" * 64


@pytest.mark.parametrize("text", ["x" * 41, "1." + "1" * 39])
def test_of_what_is_no_amount_the_beginning_is_told(text):
    with pytest.raises(Unreadable) as refused:
        amount_of(f" {text} ", "EUR")
    assert f"“{text[:40]}” " in str(refused.value)
