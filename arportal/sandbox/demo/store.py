"""Puts the demo store together and writes it, a thousand invoices at a time."""

from datetime import UTC, date, datetime
from itertools import accumulate
from random import Random

from django.db import transaction

from arportal.sandbox.demo import companies, goods, invoices, orders, setting
from arportal.sandbox.demo.companies import DAY, Buyer
from arportal.sandbox.demo.fate import Fate
from arportal.sandbox.demo.goods_lines import Basket, fill
from arportal.sandbox.demo.payments import Money
from arportal.sandbox.demo.writing import write
from arportal.sandbox.models import Invoice, Order

SPAN = 548  # days: eighteen months
CHUNK = 1000
OTHER_CURRENCIES = ("USD", "EUR")


def seed(*, companies: int, invoices: int, seed: int, today: date) -> None:
    """The same arguments write the same rows, byte for byte; nothing is dated after the start of today."""
    midnight = int(datetime(today.year, today.month, today.day, tzinfo=UTC).timestamp())
    with transaction.atomic():
        Demo(max(companies, 1), invoices, Random(seed), midnight).write()  # noqa: S311 - demo data


class Demo:
    def __init__(self, company_count: int, invoice_count: int, dice: Random, midnight: int) -> None:
        self.dice = dice
        self.midnight = midnight
        self.count = invoice_count
        self.buyers = companies.buyers(company_count, dice, midnight)
        self.weights = list(accumulate(buyer.weight for buyer in self.buyers))
        self.products = goods.products()
        self.money = Money(dice, last_moment=midnight - 1)
        self.fate = Fate(dice, self.money, midnight)
        self.orders: list[Order] = []
        self.invoices: list[Invoice] = []
        self.order_count = 0

    def write(self) -> None:
        setting.write_setting()
        write(self.products)
        rows = [buyer.company for buyer in self.buyers]
        write(rows)
        write([person for buyer in self.buyers for person in buyer.people])
        write(companies.catalogue())
        write([switch for row in rows for switch in companies.switches(row, self.dice)])
        for number in range(1, self.count + 1):
            self._invoice(number)
            if number % CHUNK == 0:
                self._flush()
        self._flush()
        for _ in range(self.count // 12 + 1):
            self._loose_order(self._buyer())
        for _ in range(self.count // 25 + 1):
            self._loose_order(None)
        self._flush()

    def _buyer(self) -> Buyer:
        return self.dice.choices(self.buyers, cum_weights=self.weights)[0]

    def _basket(self, buyer: Buyer | None) -> Basket:
        currency = buyer.currency if buyer else "USD"
        if self.dice.random() < 0.06:
            currency = self.dice.choice(OTHER_CURRENCIES)
        return fill(self.products, currency, buyer.place.tax if buyer else 70, self.dice)

    def _order(self, buyer: Buyer | None, basket: Basket, at: int, customer: int = 0) -> Order:
        self.order_count += 1
        age = (self.midnight - at) // DAY
        row = orders.order(self.order_count, buyer, basket, at, age, self.dice, customer)
        self.orders.append(row)
        return row

    def _invoice(self, number: int) -> None:
        buyer = self._buyer()
        # Spread evenly over the span, in office hours, in the order of the numbers.
        days = (number - self.dice.random()) * SPAN / self.count
        at = self.midnight - SPAN * DAY + int(days) * DAY + self.dice.randint(8 * 3600, 17 * 3600)
        basket = self._basket(buyer)
        year = datetime.fromtimestamp(at, UTC).year
        kind = self.dice.random()
        if kind < 0.72:
            order = self._order(buyer, basket, at - 2 * DAY)
            row = invoices.from_order(number, order, buyer, basket, self.dice)
            order.invoice_id = number
        elif kind < 0.985:
            row = invoices.from_erp(number, buyer, basket, at, year, self.dice)
        else:
            row = invoices.credit(number, buyer, basket, at, year, self.dice)
        self.invoices.append(row)
        self.fate.befall(buyer, row, lambda moment: self._order(buyer, basket, moment))

    def _loose_order(self, buyer: Buyer | None) -> None:
        """A recent order that nobody has invoiced yet; without a company now and then from a known customer."""
        at = self.midnight - self.dice.randint(1, 60 * DAY)
        customer = self._buyer().people[0].bc_customer_id if self.dice.random() < 0.5 else 0
        self._order(buyer, self._basket(buyer), at, customer)

    def _flush(self) -> None:
        self.fate.settle_all()
        money = self.money
        waiting = (
            self.orders,
            self.invoices,
            money.payments,
            money.lines,
            money.receipts,
            money.receipt_lines,
        )
        for rows in waiting:
            write(rows)
            rows.clear()
