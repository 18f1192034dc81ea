"""An e-invoice as EN 16931 sees it, without a syntax: the values that CII and UBL only write differently.

Amounts are as they are sent, so positive on a credit note too. What a valid one must have may be missing here (empty
or None): `rules/` says what is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from arportal.documents.einvoices.facts import Address, Party, Tax

INVOICE = "380"
CREDIT_NOTE = "381"
# A piece of something that has no unit of its own.
UNIT = "C62"
SEPA_TRANSFER = "58"
TRANSFER = "30"
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Payment:
    """A transfer to the seller's account; `reference` is what the buyer is to write."""

    means: str
    iban: str
    bic: str
    account_name: str
    reference: str


@dataclass(frozen=True, slots=True)
class Delivery:
    name: str
    address: Address
    date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """`price` is for one, with its discount taken off; `gross_price` before that, None where there is none."""

    number: str
    name: str
    sku: str
    note: str
    quantity: Decimal | None
    price: Decimal | None
    gross_price: Decimal | None
    net: Decimal | None
    tax: Tax | None
    unit: str = UNIT


@dataclass(frozen=True, slots=True)
class Charge:
    """A sum added to the whole invoice, or taken off it; `amount` is positive either way."""

    reason: str
    amount: Decimal | None
    tax: Tax | None
    is_discount: bool = False

    @property
    def added(self) -> Decimal:
        """Its part of the sum; below zero for a discount, nothing where it has no amount."""
        amount = self.amount or NOTHING
        return -amount if self.is_discount else amount


@dataclass(frozen=True, slots=True)
class TaxSum:
    """A tax of the breakdown: all that bears it, and what the store asks for it."""

    tax: Tax
    base: Decimal | None
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Totals:
    """`net` is without tax, `gross` with it; `payable` is what is left of `gross` after `paid`.

    `rounding` is what others add to what is payable; we never do.
    """

    lines: Decimal
    discounts: Decimal
    charges: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal
    paid: Decimal
    payable: Decimal
    rounding: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class Document:
    number: str
    kind: str
    issued_on: dt.date | None
    due_on: dt.date | None
    currency: str
    terms: str
    buyer_reference: str
    purchase_order: str
    sales_order: str
    seller: Party
    buyer: Party
    delivery: Delivery | None
    payment: Payment | None
    lines: tuple[Line, ...]
    charges: tuple[Charge, ...]
    taxes: tuple[TaxSum, ...]
    totals: Totals

    @property
    def is_credit_note(self) -> bool:
        return self.kind == CREDIT_NOTE

    @property
    def parts(self) -> tuple[Line | Charge, ...]:
        """All that bears a tax."""
        return self.lines + self.charges

    @property
    def all_taxes(self) -> tuple[Tax, ...]:
        """The taxes of lines and charges as they come; several times the same."""
        return tuple(part.tax for part in self.parts if part.tax is not None)

    @property
    def categories(self) -> frozenset[str]:
        return frozenset(tax.category for tax in self.all_taxes)


def bases_of(lines: Iterable[Line], charges: Iterable[Charge]) -> dict[tuple[str, Decimal], Decimal]:
    """The sum that bears each tax, by `Tax.key`."""
    bases: dict[tuple[str, Decimal], Decimal] = {}
    parts = [(line.tax, line.net or NOTHING) for line in lines]
    parts += [(charge.tax, charge.added) for charge in charges]
    for tax, amount in parts:
        if tax is not None:
            bases[tax.key] = bases.get(tax.key, NOTHING) + amount
    return bases
