"""Demo invoices: most old ones paid, some in part, some overdue, the newest not yet due, a few credits."""

from random import Random
from typing import Any

from arportal.sandbox.addresses import address
from arportal.sandbox.demo.companies import DAY, Buyer
from arportal.sandbox.demo.goods_lines import Basket, cost_lines, line_items
from arportal.sandbox.models import Invoice, Order
from arportal.sandbox.rules import order_details
from arportal.sandbox.rules.balances import settle

FROM_ORDER, EXTERNAL = 0, 1


def from_order(number: int, order: Order, buyer: Buyer, basket: Basket, dice: Random) -> Invoice:
    """The fields of rule 13."""
    invoice = _invoice(number, buyer, basket, order.created_at + dice.randint(600, 2 * DAY))
    invoice.number = f"{number:08d}"
    invoice.type = "Invoice on Shipment"
    invoice.source = FROM_ORDER
    invoice.order_number = str(order.bc_order_id)
    invoice.po_number = order.po_number
    invoice.details = order_details.of_order(order, basket.lines)
    return invoice


def from_erp(number: int, buyer: Buyer, basket: Basket, at: int, year: int, dice: Random) -> Invoice:
    invoice = _invoice(number, buyer, basket, at)
    invoice.number = f"INV-{year}-{number:05d}"
    invoice.source = EXTERNAL
    invoice.po_number = f"PO-{dice.randint(10_000, 99_999)}" if dice.random() < 0.5 else ""
    invoice.external_id = f"ERP-INV-{number:07d}"
    invoice.external_customer_id = f"C-{buyer.company.pk}"
    # As integrations write a day: midnight UTC. What the store counts itself, from an order, is to the second.
    invoice.due_date = (invoice.due_date or 0) // DAY * DAY
    invoice.details = _details(buyer, at, basket, sign=1)
    return invoice


def credit(number: int, buyer: Buyer, basket: Basket, at: int, year: int, dice: Random) -> Invoice:
    """Goods that came back: everything negative, and so paid by rule 1."""
    invoice = from_erp(number, buyer, basket, at, year, dice)
    invoice.number = f"CM-{year}-{number:05d}"
    invoice.type = "Credit Memo"
    invoice.original = -basket.total
    invoice.open = -basket.total
    invoice.details = _details(buyer, at, basket, sign=-1)
    settle(invoice)
    return invoice


def _invoice(number: int, buyer: Buyer, basket: Basket, at: int) -> Invoice:
    terms = buyer.company.terms_days if buyer.company.terms_enabled else 30
    return Invoice(
        id=number,
        company=buyer.company,
        due_date=at + terms * DAY,
        currency=basket.currency,
        original=basket.total,
        open=basket.total,
        created_at=at,
        updated_at=at,
        born=0,
    )


def _details(buyer: Buyer, ordered: int, basket: Basket, *, sign: int) -> dict[str, Any]:
    """The details as an ERP writes them; those that orders leave are different (rules/order_details.py)."""
    where = address(buyer.company, buyer.people[0])
    header = {
        "costLines": cost_lines(basket, sign=sign),
        "orderDate": ordered,
        "billingAddress": where,
        "customerFields": {},
        "shippingAddresses": [where],
    }
    return {
        "type": "StandardInvoiceDetails",
        "header": header,
        "details": {"shipments": [], "lineItems": line_items(basket, sign=sign)},
    }
