"""Every shape of e-invoice once, by name."""

from dataclasses import replace
from decimal import Decimal

from arportal.documents.einvoices.facts import Facts
from tests.documents.einvoices.cases import (
    BILLING,
    EXEMPT,
    EXPORT,
    OUTSIDE,
    REVERSE,
    RULES,
    S10,
    S20,
    SELLER,
    WITHIN_EU,
    ZERO,
    Case,
    Item,
    taxed,
)

MIXED = Case(
    items=(Item(vat="20"), Item("Book", vat="10", sku=""), Item("Map", vat="zero")),
    taxes=(("VAT 20%", S20), ("VAT 10%", S10), ("No VAT", ZERO)),
)
SHAPES = {
    "plain": Case(),
    "part paid": Case(paid=Decimal(100)),
    "paid beyond its amount": Case(paid=Decimal(2000)),
    "charge and discount": Case(freight=Decimal("12.50"), discount=Decimal(5)),
    "several rates": MIXED,
    "credit note": Case(sign=-1, freight=Decimal("12.50")),
    "credit note, several rates, used in part": replace(MIXED, sign=-1, paid=Decimal(7)),
    "reverse charge": taxed(Case(freight=Decimal(9)), REVERSE),
    "zero-rated": taxed(Case(), ZERO),
    "exempt": taxed(Case(discount=Decimal(1)), EXEMPT),
    "export": taxed(Case(), EXPORT),
    "not subject to tax": taxed(Case(sign=-1), OUTSIDE),
    "within the EU": taxed(Case(shipping=(BILLING,), ship_date="2026-03-01T08:00:00"), WITHIN_EU),
    "no decimals": Case(items=(Item(price=Decimal(12_000)),), currency="JPY", freight=Decimal(800)),
    "three decimals": Case(items=(Item(price=Decimal("12.500")),), currency="KWD"),
    "discounted and fine prices": Case(
        items=(Item(less=Decimal("1.5")), Item("Screw", Decimal("3.5"), Decimal("0.1234"), vat="20"))
    ),
    "goods that come back": Case(items=(Item(quantity=Decimal(9)), Item("Boots", price=Decimal("-20.05")))),
    "a gift on it": Case(items=(Item(), Item("Cap", Decimal(1), Decimal(0)), Item("Pen", less=Decimal(319)))),
    "a gift that comes back": Case(items=(Item(), Item("Cap", Decimal(1), Decimal("0.00"))), sign=-1),
    "terms alone": Case(terms="30 days net,\n2 % off & <within> 10", due=False, po=""),
    "no account": Case(facts=Facts(replace(SELLER, iban="", bic=""), RULES)),
    "any text": Case(items=(Item("Наждак \x07 & <b> 研磨紙 \u202ecod", comments="a\nb"),)),
}
