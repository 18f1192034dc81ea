"""The goods on one order: products, quantities and the sums under them."""

from dataclasses import dataclass
from random import Random
from typing import Any

from arportal.sandbox.models import Product
from arportal.sandbox.requests.amounts import money

DECIMALS = {"USD": 2, "EUR": 2, "JPY": 0, "KWD": 3}
PER_DOLLAR = {"USD": 100, "EUR": 92, "JPY": 15_000, "KWD": 31}  # hundredths
QUANTITIES = (1, 2, 2, 3, 4, 5, 6, 8, 10, 12, 20, 25, 48)


def rounded(amount: int, currency: str) -> int:
    """Ten-thousandths, to the smallest coin of the currency."""
    coin = int(10 ** (4 - DECIMALS[currency]))
    return round(amount / coin) * coin


@dataclass(frozen=True)
class Basket:
    """Lines of (product, quantity, unit price), and what they add up to; all in ten-thousandths."""

    currency: str
    lines: list[tuple[Product, int, int]]
    freight: int
    tax: int

    @property
    def subtotal(self) -> int:
        return sum(quantity * price for _, quantity, price in self.lines)

    @property
    def total(self) -> int:
        return self.subtotal + self.freight + self.tax

    @property
    def usd_total(self) -> int:
        return rounded(self.total * 100 // PER_DOLLAR[self.currency], "USD")


def fill(products: list[Product], currency: str, tax: int, dice: Random) -> Basket:
    """3 to 12 different products; tax in per mille of the goods."""
    chosen = dice.sample(products, dice.randint(3, 12))
    rate = PER_DOLLAR[currency]
    lines = [(p, dice.choice(QUANTITIES), rounded(p.price * rate // 100, currency)) for p in chosen]
    goods = sum(quantity * price for _, quantity, price in lines)
    freight = rounded(dice.choice((0, 0, 85, 120, 240, 395)) * 100 * rate, currency)
    return Basket(currency, lines, freight=freight, tax=rounded(goods * tax // 1000, currency))


def line_items(basket: Basket, *, sign: int = 1) -> list[dict[str, Any]]:
    """The lines as an ERP sends them, everything text; sign -1 for goods that come back."""
    return [
        {
            "sku": product.sku,
            "type": "physical",
            "comments": "",
            "quantity": str(quantity),
            "unitPrice": money(sign * price, basket.currency),
            "description": product.name,
            "customFields": {},
            "unitDiscount": {"code": basket.currency, "value": "0.00"},
        }
        for product, quantity, price in basket.lines
    ]


def cost_lines(basket: Basket, *, sign: int = 1) -> list[dict[str, Any]]:
    costs = (("Subtotal", basket.subtotal), ("Freight", basket.freight), ("Sales Tax", basket.tax))
    return [{"amount": money(sign * amount, basket.currency), "description": name} for name, amount in costs]
