"""Addresses that a mail can go to: real ones, short enough as they are sent."""

import pytest

from arportal.receivables.changes.errors import Invalid
from arportal.receivables.mails.addresses import checked_address, is_usable

NONE, LONG = "This is not an e-mail address.", "This e-mail address is too long."
# As it is sent, this domain is xn--bcher-kva.example, with seven letters more.
BOOKS = "bücher.example"
QUOTED = f'"{"a" * 200}@{"b" * 39}"'


@pytest.mark.parametrize(
    "address",
    [
        "ada@example.org",
        " ada@example.org ",
        f"{'a' * 242}@example.org",
        f"{'a' * 232}@{BOOKS}",
        # Between quotation marks an @ is a letter like others.
        f"{QUOTED}@example.org",
    ],
)
def test_it_works(address):
    assert checked_address(address) == address.strip()
    assert is_usable(address)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("ada", NONE),
        ("ada@example.org\nBcc: eve@example.org", NONE),
        # As it would be sent, a part of the domain is too long.
        (f'"a@b"@{"ü" * 60}.org', NONE),
        (f"{'a' * 243}@example.org", LONG),
        (f"{'a' * 233}@{BOOKS}", LONG),
        (f"{QUOTED}@1example.org", LONG),
    ],
)
def test_refused_in_a_sentence(address, reason):
    with pytest.raises(Invalid) as refused:
        checked_address(address, field="to")
    assert refused.value.fields == {"to": [reason]}
    assert not is_usable(address)
