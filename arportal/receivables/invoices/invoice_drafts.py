"""An invoice that does not exist yet: what it charges for, and what that comes to."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any, Self

from django.utils.translation import gettext as _

from arportal.b2b import FIRST_DAY, Money, minor_digits
from arportal.b2b.records.invoice_details import CostLine, InvoiceDetails, InvoiceLine
from arportal.b2b.values.postal import Address

SUBTOTAL = "Subtotal"


@dataclass(frozen=True, kw_only=True)
class DraftLine:
    """A product or service. `unit_price` and `unit_discount` are amounts of the invoice's currency."""

    description: str
    quantity: Decimal
    unit_price: Decimal
    sku: str = ""
    unit_discount: Decimal = Decimal(0)
    comments: str = ""

    def total(self, currency: str) -> Decimal:
        amount = self.quantity * (self.unit_price - self.unit_discount)
        return Money(amount, currency).quantized().amount


@dataclass(frozen=True, kw_only=True)
class DraftCost:
    """Freight, tax, a surcharge; a discount is negative."""

    description: str
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class InvoiceDraft:
    """`paid` of the total was paid before the invoice came here. Dates are the store's; without `due_on` the
    store counts from the company's terms. Without lines the costs alone make up the invoice."""

    company_id: int
    number: str
    currency: str
    issued_on: dt.date
    due_on: dt.date | None = None
    lines: tuple[DraftLine, ...] = ()
    costs: tuple[DraftCost, ...] = ()
    paid: Decimal = Decimal(0)
    order_number: str = ""
    po_number: str = ""
    external_id: str = ""
    billing: Mapping[str, str] = field(default_factory=dict)
    shipping: Mapping[str, str] = field(default_factory=dict)
    terms_conditions: str = ""
    extra_fields: Mapping[str, str] = field(default_factory=dict)
    channel_id: int | None = None

    @property
    def subtotal(self) -> Decimal:
        return sum((line.total(self.currency) for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        return self.subtotal + sum((cost.amount for cost in self.costs), Decimal(0))

    @property
    def open_balance(self) -> Decimal:
        return self.total - self.paid

    def problems(self) -> dict[str, list[str]]:
        """Reasons by form field, of what no invoice may be."""
        problems: dict[str, list[str]] = {}
        if not self.number.strip():
            problems["number"] = [_("Give the invoice a number.")]
        if not self.lines and not self.costs:
            problems[""] = [_("Enter at least one line.")]
        elif self.total <= 0:
            problems[""] = [_("The total of the invoice must be above zero.")]
        if self.due_on is not None and self.due_on < self.issued_on:
            problems["due_on"] = [_("This is before the invoice date.")]
        if self.issued_on < FIRST_DAY:
            problems["issued_on"] = [_("The store keeps no date before 1970.")]
        if not Decimal(0) <= self.paid <= max(self.total, Decimal(0)):
            problems["paid"] = [_("Enter an amount between zero and the total of the invoice.")]
        digits = minor_digits(self.currency)
        if any(
            amount != round(amount, digits) for amount in (self.paid, *(cost.amount for cost in self.costs))
        ):
            problems.setdefault("", []).append(_("An amount has more decimals than %s.") % self.currency)
        return problems

    def as_payload(self) -> dict[str, Any]:
        """JSON that `of_payload` reads back: decimals and dates as text."""
        text = json.dumps(
            asdict(self), default=lambda value: f"{value:f}" if isinstance(value, Decimal) else str(value)
        )
        payload: dict[str, Any] = json.loads(text)
        return payload

    @classmethod
    def of_payload(cls, payload: Mapping[str, Any]) -> Self:
        values = dict(payload)
        values["issued_on"] = dt.date.fromisoformat(values["issued_on"])
        values["due_on"] = dt.date.fromisoformat(values["due_on"]) if values["due_on"] else None
        values["paid"] = Decimal(values["paid"])
        values["lines"] = tuple(
            DraftLine(
                description=line["description"],
                sku=line["sku"],
                quantity=Decimal(line["quantity"]),
                unit_price=Decimal(line["unit_price"]),
                unit_discount=Decimal(line["unit_discount"]),
                comments=line["comments"],
            )
            for line in values["lines"]
        )
        values["costs"] = tuple(
            DraftCost(description=cost["description"], amount=Decimal(cost["amount"]))
            for cost in values["costs"]
        )
        return cls(**values)

    def details(self) -> InvoiceDetails:
        """The details as the store keeps them: a subtotal of the lines, then the costs; together the total."""
        subtotal = [DraftCost(description=SUBTOTAL, amount=self.subtotal)] if self.lines else []
        return InvoiceDetails(
            cost_lines=tuple(
                CostLine(cost.description, self._money(cost.amount)) for cost in (*subtotal, *self.costs)
            ),
            lines=tuple(
                InvoiceLine(
                    sku=line.sku,
                    description=line.description,
                    quantity=line.quantity,
                    unit_price=self._money(line.unit_price),
                    unit_discount=self._money(line.unit_discount),
                    comments=line.comments,
                )
                for line in self.lines
            ),
            billing_address=_address(self.billing),
            shipping_addresses=tuple(filter(None, [_address(self.shipping)])),
        )

    def _money(self, amount: Decimal) -> Money:
        return Money(amount, self.currency)


def _address(parts: Mapping[str, Any]) -> Address | None:
    return Address(**parts) if any(parts.values()) else None
