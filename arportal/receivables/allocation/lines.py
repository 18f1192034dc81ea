"""Lines of a payment as Changes keep them: invoice_id, and amount as text."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any


def sums(lines: Iterable[Mapping[str, Any]]) -> dict[int, Decimal]:
    """Invoice id → how much goes there. A payment may name an invoice twice."""
    totals: dict[int, Decimal] = {}
    for each in lines:
        invoice_id = each["invoice_id"]
        totals[invoice_id] = totals.get(invoice_id, Decimal(0)) + Decimal(each["amount"])
    return totals
