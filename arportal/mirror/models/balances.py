"""Open, Credit and Balance: the three words for what is owed, in one meaning for every page, list and file.

Open is what customers owe us, above zero. Credit is what is in their favour, below zero: credit notes, and what was
paid beyond an invoice. Balance is both together. Amounts of different currencies are never added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, GeneratedField, Q, Value, When

from arportal.b2b import InvoiceStatus, Money
from arportal.mirror.models.rows import MoneyField

NOTHING = Decimal(0)
# Conditions on invoices, and the amounts of those that meet them: NULL for the others.
OWED = Q(balance__gt=0)
CREDIT = Q(balance__lt=0)
OPEN_AMOUNT = Case(When(OWED, then="balance"))
PAID_AMOUNT = F("original_balance") - F("balance")
CREDIT_AMOUNT = Case(When(CREDIT, then="balance"))


def balance_of(open_balance: Decimal, status: int) -> Decimal:
    """The balance of an invoice: its open balance, but nobody owes what is left of one that the store calls paid."""
    return NOTHING if status == InvoiceStatus.PAID and open_balance > NOTHING else open_balance


def balance_field() -> Any:
    """The column that holds `balance_of`; PostgreSQL keeps it right by itself."""
    called_paid = Q(status=InvoiceStatus.PAID, open_balance__gt=0)
    expression = Case(
        When(called_paid, then=Value(NOTHING)), default="open_balance", output_field=MoneyField()
    )
    return GeneratedField(expression=expression, output_field=MoneyField(), db_persist=True)


@dataclass(frozen=True, slots=True)
class Balances:
    """The three figures of some invoices of one currency."""

    open: Money
    credit: Money

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Balances:
        """The figures of a row of `InvoiceQuerySet.balances`."""
        currency = row["currency"]
        return cls(Money(row["open"] or NOTHING, currency), Money(row["credit"] or NOTHING, currency))

    @property
    def currency(self) -> str:
        return self.open.currency

    @property
    def balance(self) -> Money:
        return self.open + self.credit
