"""The fate of a demo invoice: paid or not, when, how, and by how many payments."""

from collections.abc import Callable
from random import Random

from arportal.sandbox.demo.companies import DAY, Buyer
from arportal.sandbox.demo.goods_lines import rounded
from arportal.sandbox.demo.payments import Money
from arportal.sandbox.models import Invoice, Order

MakeOrder = Callable[[int], Order]

# days past due -> chances of (paid, paid in part); the rest stays open
CHANCES = ((90, 0.93, 0.04), (30, 0.78, 0.10), (0, 0.50, 0.14), (-10_000, 0.12, 0.08))
INCOMPLETE, COMPLETED, REFUNDED = 0, 3, 4


class Fate:
    """Offline payments of a company may wait in a pile, so that one payment covers several invoices."""

    def __init__(self, dice: Random, money: Money, midnight: int) -> None:
        self.dice = dice
        self.money = money
        self.midnight = midnight
        self.piles: dict[tuple[int, str], tuple[Buyer, list[tuple[Invoice, int]]]] = {}

    def befall(self, buyer: Buyer, invoice: Invoice, make_order: MakeOrder) -> None:
        if invoice.open <= 0:
            return
        late = (self.midnight - (invoice.due_date or 0)) // DAY
        paid, part = next((paid, part) for days, paid, part in CHANCES if late >= days)
        luck = self.dice.random()
        if luck < paid:
            # Now and then somebody pays a little too much.
            extra = rounded(250_000, invoice.currency) if self.dice.random() < 0.008 else 0
            self._pay(buyer, invoice, invoice.open + extra, make_order)
        elif luck < paid + part:
            percent = self.dice.choice((20, 25, 40, 50, 50, 75))
            share = rounded(invoice.open * percent // 100, invoice.currency)
            self._pay(buyer, invoice, min(max(share, 1), invoice.open), make_order)
        elif luck > 0.95:
            # Money that went back, or a checkout left in the middle: the invoice stays open.
            at = self._moment(invoice)
            if self.dice.random() < 0.5:
                self.money.receive(buyer, [(invoice, invoice.open)], at, REFUNDED)
            else:
                self.money.receive_online(buyer, invoice, invoice.open, make_order(at), INCOMPLETE)

    def _moment(self, invoice: Invoice) -> int:
        """A time around the due date, in office hours, and never later than yesterday."""
        wait = (
            (invoice.due_date or invoice.created_at) - invoice.created_at + self.dice.randint(-12, 25) * DAY
        )
        latest = self.midnight - self.dice.randint(1, 6) * DAY
        day = min(max(invoice.created_at + wait, invoice.created_at + DAY), latest)
        moment = day // DAY * DAY + self.dice.randint(8 * 3600, 17 * 3600)
        return min(max(moment, invoice.created_at + 3600), self.midnight - 1)

    def _status(self, at: int) -> int:
        age = (self.midnight - at) // DAY
        if age < 4:
            return self.dice.choice((1, 1, 2, 2, 3))
        return self.dice.choice((1, 2, 3, 3, 3) if age < 12 else (3,) * 48 + (2, 1))

    def _pay(self, buyer: Buyer, invoice: Invoice, amount: int, make_order: MakeOrder) -> None:
        if self.dice.random() < 0.25:
            at = self._moment(invoice)
            self.money.receive_online(buyer, invoice, amount, make_order(at), self._status(at))
            return
        _, pile = self.piles.setdefault((buyer.company.pk, invoice.currency), (buyer, []))
        pile.append((invoice, amount))
        if len(pile) >= self.dice.choice((1, 1, 1, 2, 3, 4)):
            self._settle(buyer, pile)

    def _settle(self, buyer: Buyer, pile: list[tuple[Invoice, int]]) -> None:
        at = max(self._moment(invoice) for invoice, _ in pile)
        self.money.receive(buyer, list(pile), at, self._status(at))
        pile.clear()

    def settle_all(self) -> None:
        for buyer, pile in self.piles.values():
            if pile:
                self._settle(buyer, pile)
        self.piles.clear()
