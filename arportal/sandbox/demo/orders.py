"""Demo orders: what was bought, with the totals and addresses that B2B Edition itself does not tell (rule 14)."""

from random import Random
from uuid import UUID

from arportal.sandbox.addresses import address
from arportal.sandbox.demo.companies import Buyer
from arportal.sandbox.demo.goods_lines import Basket
from arportal.sandbox.models import Order

FIRST_BC_ORDER = 50_000
COMPLETED, SHIPPED, AWAITING_FULFILLMENT, AWAITING_PAYMENT = 10, 2, 11, 7


def uuid(dice: Random) -> str:
    return str(UUID(int=dice.getrandbits(128), version=4))


def order(
    number: int, buyer: Buyer | None, basket: Basket, at: int, age_days: int, dice: Random, customer: int = 0
) -> Order:
    """Number is B2B Edition's id; without a buyer it is a guest's, or that of a known customer without company."""
    where = address(buyer.company, buyer.people[0]) if buyer else {}
    recent = (AWAITING_FULFILLMENT, AWAITING_FULFILLMENT, AWAITING_PAYMENT, SHIPPED)
    return Order(
        id=number,
        bc_order_id=FIRST_BC_ORDER + number,
        company=buyer.company if buyer else None,
        bc_customer_id=buyer.people[0].bc_customer_id if buyer else customer,
        currency=basket.currency,
        lines=[[product.pk, quantity, price] for product, quantity, price in basket.lines],
        subtotal=basket.subtotal,
        freight=basket.freight,
        tax=basket.tax,
        total=basket.total,
        usd_total=basket.usd_total,
        po_number=f"PO-{dice.randint(10_000, 99_999)}" if dice.random() < 0.7 else "",
        status=dice.choice(recent) if age_days < 20 else dice.choice((COMPLETED, COMPLETED, SHIPPED)),
        cart_id=uuid(dice),
        billing=where,
        shipping=[where] if where else [],
        created_at=at,
        updated_at=at,
        born=0,
    )
