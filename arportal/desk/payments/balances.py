"""Balances before and after, as a page shows them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from arportal.b2b import Money
from arportal.mirror.models import Invoice, InvoiceState
from arportal.receivables.payments.previews import Effect


@dataclass(frozen=True, slots=True)
class Balance:
    invoice: Invoice
    before: Money
    after: Money
    was: InvoiceState
    will: InvoiceState

    @property
    def is_credit(self) -> bool:
        return self.will.is_credit


def balances(effects: Iterable[Effect], today: dt.date) -> list[Balance]:
    return [
        Balance(
            invoice=effect.invoice,
            before=effect.before,
            after=effect.after,
            was=effect.invoice.state_on(today),
            will=effect.then.state_on(today),
        )
        for effect in effects
    ]
