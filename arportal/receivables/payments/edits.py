"""Edits of offline payments: the payment as it shall be, and what of it has to be written."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.allocation.lines import sums
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

    def problems(self, today: dt.date, *, was_noted: bool) -> dict[str, list[str]]:
        """Reasons by form field; `was_noted`: how the payment arrived is written down, and stays so."""
        problems = {}
        says_how = self.reference or self.method != PaymentRecord.Method.OTHER or was_noted
        if not self.payer_name:
            # The store would write a name of its own in its place.
            problems["payer_name"] = [_("Enter the payer.")]
        if self.received_on and self.received_on > today:
            problems["received_on"] = [_("This date is in the future.")]
        if says_how and not self.received_on:
            problems["received_on"] = [_("Enter the value date.")]
        return problems

    def as_payload(self) -> dict[str, Any]:
        return {
            "currency": self.seen["currency"],
            "payer_name": self.payer_name,
            "memo": self.memo,
            "lines": [line(each.invoice_id, each.amount) for each in self.allocations],
            **self._record(),
        }

    def after(self) -> dict[str, Any]:
        """The contents it is to have; lines whose invoice gets what it got stay as they are."""
        had = sums(self.seen["lines"])
        gets = self.amounts
        kept = [
            each for each in self.seen["lines"] if gets.get(each["invoice_id"]) == had[each["invoice_id"]]
        ]
        written = [
            line(invoice_id, amount) for invoice_id, amount in gets.items() if had.get(invoice_id) != amount
        ]
        return {
            **self.seen,
            "payer_name": self.payer_name,
            "memo": self.memo,
            "lines": kept + written,
            **self._record(),
        }

    def _record(self) -> dict[str, Any]:
        if self.received_on is None:
            return {}
        return {
            "reference": self.reference,
            "method": str(self.method),
            "received_on": self.received_on.isoformat(),
        }


def moved(was: Mapping[int, Decimal], will: Mapping[int, Decimal]) -> Decimal:
    """The money that goes elsewhere: what invoices lose or what they win, whichever is more."""
    by = [will.get(each, Decimal(0)) - was.get(each, Decimal(0)) for each in {**was, **will}]
    won = sum((amount for amount in by if amount > 0), Decimal(0))
    lost = sum((-amount for amount in by if amount < 0), Decimal(0))
    return max(won, lost)
