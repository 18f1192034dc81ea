"""Invoices as the API sends them, no two alike, for the bars that write them to the mirror."""

import random
from collections.abc import Sequence
from typing import Any

from tests.b2b import samples

MANY = (12,)
# As many as the sandbox's invoices have.
USUAL = tuple(range(3, 13))
# A minute apart, so that their order by time is that of their ids; 2024-01-01.
FIRST_ISSUED, APART = 1_704_067_200, 60


def page(first: int, beyond: int, *, lines: Sequence[int]) -> list[dict[str, Any]]:
    """The invoices with the ids from `first` until `beyond`, each with one of these numbers of lines; an id
    always gives the same invoice."""
    return [_invoice(number, lines) for number in range(first, beyond)]


def _invoice(number: int, lines: Sequence[int]) -> dict[str, Any]:
    dice = random.Random(number)  # noqa: S311 - demo data
    issued = FIRST_ISSUED + number * APART
    balance = {"code": "USD", "value": f"{dice.randrange(10_000_000) / 100:.4f}"}
    invoice = samples.invoice(
        id=number,
        customerId=str(number % 400 + 1),
        customerName=f"Company {number % 400 + 1} Trading & Sons",
        externalId=f"ERP-{dice.randrange(10**9)}",
        invoiceNumber=f"{number:08}",
        originalBalance=balance,
        openBalance=balance,
        createdAt=issued,
        updatedAt=issued,
        dueDate=issued + 30 * 86_400,
    )
    [line] = invoice["details"]["details"]["lineItems"]
    invoice["details"]["details"]["lineItems"] = [_varied(line, dice) for _ in range(dice.choice(lines))]
    return invoice


def _varied(line: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    return line | {
        "sku": f"SKU-{dice.randrange(10**6)}",
        "quantity": str(dice.randrange(1, 50)),
        "description": f"Part {dice.getrandbits(64):x}, {dice.randrange(1, 400)} mm",
        "unitPrice": {"code": "USD", "value": f"{dice.randrange(1_000_000) / 100:.4f}"},
    }
