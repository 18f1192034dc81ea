"""An offline payment as it shall be: what the form asks for, and what of it has to be written."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from arportal.receivables.allocation.allocations import Allocation, sums
from arportal.receivables.models import PaymentRecord
from arportal.receivables.payments.payment_contents import Contents, line


@dataclass(frozen=True, kw_only=True)
class Edit:
    """The payment as it shall be. `seen` is what was shown; without `received_on` nothing is
    written down of how the payment arrived."""

    seen: Contents
    payer_name: str
    memo: str
    allocations: tuple[Allocation, ...]
    reference: str = ""
    method: str = PaymentRecord.Method.OTHER
    received_on: dt.date | None = None

    @property
    def amounts(self) -> dict[int, Decimal]:
        return {each.invoice_id: each.amount for each in self.allocations}

    def as_payload(self) -> dict[str, Any]:
        return {
            **{"currency": self.seen["currency"], "payer_name": self.payer_name, "memo": self.memo},
            "lines": [line(each.invoice_id, each.amount) for each in self.allocations],
            **self._arrival(),
        }

    def after(self) -> dict[str, Any]:
        """What it is to hold; lines whose invoice gets what it got stay as they are."""
        lines = _merged(self.seen["lines"], self.amounts)
        return {
            **self.seen,
            "payer_name": self.payer_name,
            "memo": self.memo,
            "lines": lines,
        } | self._arrival()

    def _arrival(self) -> dict[str, Any]:
        if self.received_on is None:
            return {}
        return {
            **{"reference": self.reference, "method": str(self.method)},
            "received_on": self.received_on.isoformat(),
        }


def moved(was: Mapping[int, Decimal], will: Mapping[int, Decimal]) -> Decimal:
    """How much money goes elsewhere: what invoices lose or what they win, whichever is more."""
    by = [will.get(each, Decimal(0)) - was.get(each, Decimal(0)) for each in {**was, **will}]
    won, lost = (sum((each for each in by if each * sign > 0), Decimal(0)) for sign in (1, -1))
    return max(won, -lost)


def _merged(lines: Sequence[dict[str, Any]], amounts: Mapping[int, Decimal]) -> list[dict[str, Any]]:
    was = sums(lines)
    kept = [each for each in lines if amounts.get(each["invoice_id"]) == was[each["invoice_id"]]]
    return kept + [line(each, amount) for each, amount in amounts.items() if was.get(each) != amount]
