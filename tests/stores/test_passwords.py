"""What a password may not be."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

WEAK = [
    "arportal2026!",
    "Payment-Invoice",
    "bigcommerceB2Bedition",
    "receivable123",
    "short",
    "qwerty123456",
]
GOOD = ["payment of the heron at dawn", "correct horse battery", "  blanks are kept  ", "x7!" * 30]


def test_it_works() -> None:
    wrong = []
    for password in WEAK:
        try:
            validate_password(password)
            wrong.append(password)
        except ValidationError:
            continue
    assert not wrong
    for password in GOOD:
        validate_password(password)


def test_it_says_which_words() -> None:
    with pytest.raises(ValidationError, match="such as arportal"):
        validate_password("arportal-2026")
