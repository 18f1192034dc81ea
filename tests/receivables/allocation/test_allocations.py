"""What may go to which invoice, of a new payment."""

from decimal import Decimal

import pytest

from arportal.mirror.models import Invoice
from arportal.receivables.allocation.allocations import Allocation, check_allocations

INVOICES = {number: Invoice(api_id=number, currency="USD") for number in (1, 2)}
LEFT = {1: Decimal(10), 2: Decimal(-5)}


def reasons(
    *allocations: tuple[int, str], currency: str = "USD", overpay: bool = False
) -> dict[str, list[str]]:
    asked = [Allocation(number, Decimal(amount)) for number, amount in allocations]
    return check_allocations(asked, currency, INVOICES, LEFT, overpay=overpay)


def test_it_works():
    assert reasons((1, "10")) == {}
    assert reasons((1, "10.01"), (2, "1"), overpay=True) == {}


@pytest.mark.parametrize(
    ("asked", "currency", "words"),
    [
        ([(1, "10.01")], "USD", {1: "Only 10.00 USD is open on this invoice."}),
        ([(2, "1")], "USD", {2: "Only 0.00 USD is open on this invoice."}),
        ([(1, "1")], "EUR", {1: "This invoice is in USD, the payment in EUR."}),
        ([(3, "1")], "USD", {3: "This company has no such open invoice."}),
        (
            [(1, "1"), (1, "2"), (2, "0")],
            "USD",
            {1: "This invoice is here twice.", 2: "Enter an amount above zero."},
        ),
    ],
)
def test_what_cannot_be(asked, currency, words):
    assert reasons(*asked, currency=currency) == {
        f"amount-{number}": [each] for number, each in words.items()
    }


def test_nothing_at_all():
    assert reasons() == {"": ["Enter an amount for at least one invoice."]}
