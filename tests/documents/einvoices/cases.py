"""Invoices as the mirror holds them, with what a store and a company say beyond them: the shapes of e-invoices.

`Case` is one of them; every function changes one thing and makes the figures fit again, as a store would write them.
"""

import datetime as dt
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal

from arportal.b2b import Address, CostLine, InvoiceDetails, InvoiceLine, Money, Shipment, minor_digits
from arportal.documents.einvoices.building import document_of
from arportal.documents.einvoices.document import Document
from arportal.documents.einvoices.facts import Address as PartyAddress
from arportal.documents.einvoices.facts import Buyer, CostRule, Facts, Role, Rules, Seller, Tax
from arportal.documents.einvoices.profiles import Profile
from arportal.mirror.models import Invoice

S20 = Tax("S", Decimal(20))
S10 = Tax("S", Decimal(10))
ZERO = Tax("Z")
EXEMPT = Tax("E", reason="Exempt by article 132")
REVERSE = Tax("AE")
WITHIN_EU = Tax("K")
EXPORT = Tax("G")
OUTSIDE = Tax("O")

SELLER = Seller(
    name="Nordlicht Handel GmbH",
    trading_name="Nordlicht",
    address=PartyAddress("Hafenallee 4", "", "Rostock", "18055", "", "DE"),
    vat_id="DE136695976",
    registration_id="HRB 12345",
    endpoint_id="DE136695976",
    endpoint_scheme="9930",
    contact_name="Ada Krüger",
    contact_phone="+49 381 555 0100",
    contact_email="rechnung@nordlicht.example",
    iban="DE89 3704 0044 0532 0130 00",
    bic="COBADEFFXXX",
)
BUYER = Buyer(
    legal_name="Fjord & Fells AS <Kunden>",
    vat_id="FR23334175221",
    endpoint_id="FR23334175221",
    endpoint_scheme="9957",
    buyer_reference="04011000-12345-34",
)
BILLING = Address("Zoë", "Martin", "12 rue des Forges", "Bât. B", "Lyon", "", "69001", "France")
RULES = Rules(
    cost_lines=(
        CostRule("Subtotal", Role.SUBTOTAL),
        CostRule("Freight", Role.CHARGE),
        CostRule("Discount", Role.DISCOUNT),
        CostRule("VAT 20%", Role.TAX, S20),
        CostRule("VAT 10%", Role.TAX, S10),
        CostRule("No VAT", Role.TAX, ZERO),
    ),
    line_field="vat",
    line_taxes={"20": S20, "10": S10, "zero": ZERO},
)


@dataclass(frozen=True)
class Item:
    name: str = "Pallet jack, 2.5 t"
    quantity: Decimal = Decimal(2)
    price: Decimal = Decimal("319.00")
    less: Decimal = Decimal(0)
    sku: str = "PJ-2500"
    vat: str = ""
    comments: str = ""

    def total(self, currency: str) -> Decimal:
        return Money((self.price - self.less) * self.quantity, currency).quantized().amount


@dataclass(frozen=True)
class Case:
    """What is bought, and what holds for it; the invoice's figures follow."""

    items: tuple[Item, ...] = (Item(), Item("Safety boots S3", Decimal(6), Decimal("72.25"), sku="BT-S3"))
    currency: str = "EUR"
    sign: int = 1
    freight: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    # (description, tax) of the tax lines; one, or each item says in its `vat` which it bears.
    taxes: tuple[tuple[str, Tax], ...] = (("VAT 20%", S20),)
    paid: Decimal = Decimal(0)
    facts: Facts = field(default_factory=lambda: Facts(SELLER, RULES))
    buyer: Buyer = BUYER
    billing: Address | None = BILLING
    shipping: tuple[Address, ...] = ()
    ship_date: str = ""
    terms: str = ""
    po: str = "PO-4500017"
    due: bool = True
    extra: Decimal = Decimal(0)

    @property
    def goods(self) -> Decimal:
        return sum((item.total(self.currency) for item in self.items), Decimal(0))

    def costs(self) -> list[tuple[str, Decimal]]:
        """The cost lines; freight and discount bear the tax of the invoice, which then has one alone."""
        costs = [("Subtotal", self.goods)]
        costs += [("Freight", self.freight)] if self.freight else []
        costs += [("Discount", -self.discount)] if self.discount else []
        for description, tax in self.taxes:
            if len(self.taxes) == 1:
                base = self.goods + self.freight - self.discount
            else:
                bearing = [item for item in self.items if RULES.line_taxes[item.vat] == tax]
                base = sum((item.total(self.currency) for item in bearing), Decimal(0))
            costs.append((description, rounded(base * tax.rate / 100, self.currency)))
        return costs

    def invoice(self) -> Invoice:
        costs = self.costs()
        charged = [amount for description, amount in costs if description != "Subtotal"]
        total = self.goods + sum(charged, Decimal(0)) + self.extra
        details = InvoiceDetails(
            lines=tuple(self._line(item) for item in self.items),
            cost_lines=tuple(
                CostLine(description, Money(self.sign * amount, self.currency))
                for description, amount in costs
            ),
            billing_address=self.billing,
            shipping_addresses=self.shipping,
            shipments=(Shipment(ship_date=self.ship_date),) if self.ship_date else (),
        )
        return Invoice(
            number="INV-2026-00042" if self.sign > 0 else "CM-2026-00042",
            company_name="Fjord & Fells",
            currency=self.currency,
            status=0,
            original_balance=self.sign * total,
            open_balance=self.sign * (total - self.paid),
            issued_on=dt.date(2026, 3, 2),
            due_on=dt.date(2026, 4, 1) if self.due else None,
            purchase_order_number=self.po,
            order_number="1042",
            raw={"details": details.body(), "termsConditions": self.terms},
        )

    def document(self) -> Document:
        return document_of(self.invoice(), self.facts, self.buyer)

    def _line(self, item: Item) -> InvoiceLine:
        return InvoiceLine(
            item.sku,
            item.name,
            item.quantity,
            Money(self.sign * item.price, self.currency),
            Money(self.sign * item.less, self.currency) if item.less else None,
            comments=item.comments,
            custom_fields={"vat": item.vat} if item.vat else {},
        )


def rounded(amount: Decimal, currency: str) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-minor_digits(currency)), ROUND_HALF_UP)


def taxed(case: Case, tax: Tax) -> Case:
    """The case to a buyer for whom one tax holds whatever they buy, on an invoice without a tax line."""
    return replace(case, taxes=(), buyer=replace(case.buyer, tax=tax))


def as_read(document: Document, profile: Profile) -> Document:
    """What a file can say of a document: reasons stand in the breakdown alone, and white space is one."""
    lines = tuple(replace(line, tax=replace(line.tax, reason="", reason_code="")) for line in document.lines)
    charges = tuple(
        replace(charge, tax=replace(charge.tax, reason="", reason_code=""))
        for charge in sorted(document.charges, key=lambda charge: not charge.is_discount)
    )
    # UBL has the seller's order only beside the buyer's, and a credit note's day to pay only beside an account.
    without_order = profile.is_ubl and not document.purchase_order
    without_due = profile.is_ubl and document.is_credit_note and document.payment is None
    return replace(
        document,
        lines=lines,
        charges=charges,
        sales_order="" if without_order else document.sales_order,
        due_on=None if without_due else document.due_on,
    )
