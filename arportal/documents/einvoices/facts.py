"""The facts an e-invoice needs beyond what the API holds: who sells, who buys, and which tax a line bears."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from arportal.documents.einvoices.codes import EXEMPTION_OF


@dataclass(frozen=True, slots=True)
class Address:
    """`country`: two letters of ISO 3166."""

    street: str = ""
    street2: str = ""
    city: str = ""
    zip_code: str = ""
    region: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Who sells or buys. `registration_scheme` is an ICD such as 0002, `endpoint_scheme` one of EAS."""

    name: str
    address: Address = Address()
    trading_name: str = ""
    vat_id: str = ""
    tax_number: str = ""
    registration_id: str = ""
    registration_scheme: str = ""
    endpoint_id: str = ""
    endpoint_scheme: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""


@dataclass(frozen=True, slots=True)
class Seller(Party):
    """The store, with the account it is paid to."""

    iban: str = ""
    bic: str = ""
    account_name: str = ""


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax as EN 16931 knows it.

    `category`: S (standard), Z (zero), E (exempt), AE (reverse charge), K (within the EU), G (export) or O (not
    subject to tax). `rate` in percent. `reason_code` is a code of VATEX, `reason` says the same in words.
    """

    category: str
    rate: Decimal = Decimal(0)
    reason_code: str = ""
    reason: str = ""

    @property
    def key(self) -> tuple[str, Decimal]:
        """The key of its sum in the breakdown: EN 16931 has one for each category and rate."""
        return self.category, self.rate

    @property
    def explained(self) -> Tax:
        """The tax with the reason that its category is by itself, where nobody gave another."""
        if self.reason or self.reason_code or self.category not in EXEMPTION_OF:
            return self
        return replace(self, reason_code=EXEMPTION_OF[self.category])

    @property
    def percent(self) -> str:
        """The rate as it is written: `20` or `5.5`."""
        return f"{self.rate.normalize():f}"


@dataclass(frozen=True, slots=True)
class Buyer:
    """A company, as far as it is known beyond its invoices.

    `tax` holds for all that it buys instead of what the lines say. `country` counts where the invoice's own address
    has none that can be read.
    """

    legal_name: str = ""
    vat_id: str = ""
    registration_id: str = ""
    endpoint_id: str = ""
    endpoint_scheme: str = ""
    buyer_reference: str = ""
    country: str = ""
    tax: Tax | None = None


class Role(StrEnum):
    """The meaning of a cost line: a subtotal is compared and not sent."""

    SUBTOTAL = "subtotal"
    CHARGE = "charge"
    DISCOUNT = "discount"
    TAX = "tax"


@dataclass(frozen=True, slots=True)
class CostRule:
    """The role of every cost line with this description, whatever its case and blanks.

    `tax` is the tax that a TAX line sums up, or the one that a charge or discount bears; a charge without one bears
    that of the invoice, if it has one alone. With a `country` it holds for its buyers and goes before one without:
    the API calls every tax of an order "Sales Tax", at whatever rate.
    """

    description: str
    role: Role
    tax: Tax | None = None
    country: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """A store's rules about tax.

    `line_field` names a custom field of lines, `line_taxes` says which tax each of its values means. `without_tax`
    is the tax of an invoice without any tax line.
    """

    cost_lines: tuple[CostRule, ...] = ()
    line_field: str = ""
    line_taxes: Mapping[str, Tax] = field(default_factory=dict)
    without_tax: Tax | None = None

    def for_cost_line(self, description: str, country: str) -> CostRule | None:
        """The rule of a cost line of an invoice to a buyer in `country`; None where nobody has said any."""
        same = [rule for rule in self.cost_lines if folded(rule.description) == folded(description)]
        fitting = [rule for rule in same if rule.country in ("", country)]
        return max(fitting, key=lambda rule: bool(rule.country), default=None)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a store has said of itself for e-invoices."""

    seller: Seller
    rules: Rules = Rules()

    def of_country(self, tax: Tax | None) -> Facts:
        """The facts for buyers of a country with this tax: it is that of invoices without a tax line, where no other
        is said for them. What is taxed at a rate has such a line."""
        if tax is None or tax.rate or self.rules.without_tax is not None:
            return self
        return replace(self, rules=replace(self.rules, without_tax=tax))


def folded(text: str) -> str:
    """A description as it is compared."""
    return " ".join(text.split()).casefold()
