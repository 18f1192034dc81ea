"""A year of sixty invoices, told twice: to the ledger, and here as plain facts to recompute figures from."""

import datetime as dt
import random
from dataclasses import dataclass
from typing import Any

from arportal import b2b
from arportal.mirror import store as rows
from arportal.mirror.models import Invoice
from arportal.receivables.ledger.build import build_ledger
from tests.receivables.ledger.books import Books

TODAY = dt.date(2026, 3, 10)
COMPANIES = (1, 2, 3, 4)
GONE, REFUNDED = 2, 1


@dataclass(frozen=True)
class Fact:
    """An invoice with at most one payment. One is refunded TODAY, another deleted."""

    number: int
    company: int
    currency: str
    amount: int
    issued: dt.date
    due: dt.date | None
    paid: int = 0
    paid_on: dt.date = dt.date.max

    def balance_before(self, day: dt.date) -> int:
        """At the end of the day before; not asked for a day after TODAY."""
        if self.issued >= day:
            return 0
        return self.amount - (self.paid if self.paid_on < day else 0)

    @property
    def balance(self) -> int:
        """At the end of TODAY."""
        if self.number == GONE:
            return 0
        return self.amount - (0 if self.number == REFUNDED else self.paid)

    @property
    def kept(self) -> int:
        """What was paid and not refunded."""
        return 0 if self.number == REFUNDED else self.paid


def facts() -> list[Fact]:
    rng = random.Random(11)
    known = []
    for number in range(1, 61):
        issued = TODAY - dt.timedelta(days=rng.randrange(2, 250))
        amount = rng.randrange(-20, 200) or 7
        due = issued + dt.timedelta(days=rng.choice([0, 14, 30, 60]))
        company, currency = rng.choice(COMPANIES), rng.choice(["EUR", "JPY"])
        paid = rng.choice([amount, amount // 2]) if amount > 10 and number % 3 else 0
        paid_on = issued + dt.timedelta(days=rng.randrange((TODAY - issued).days)) if paid else dt.date.max
        known.append(
            Fact(number, company, currency, amount, issued, None if number % 20 == 5 else due, paid, paid_on)
        )
    return known


def told(known: list[Fact]) -> Books:
    """The ledger, built from all of it at once."""
    books = Books()
    with books.at(TODAY):
        rows.save_payments(books.store, [b2b.Payment.parse(_payment(fact)) for fact in known if fact.paid])
        rows.save_invoices(books.store, [b2b.Invoice.parse(_invoice(fact)) for fact in known])
        build_ledger(books.store)
        rows.mark_gone(Invoice, books.store, [GONE])
    return books


def _invoice(fact: Fact) -> dict[str, Any]:
    left = fact.amount if fact.number == REFUNDED else fact.amount - fact.paid
    return {
        "id": fact.number,
        "invoiceNumber": f"N{fact.number}",
        "status": 0,
        "customerId": str(fact.company),
        "createdAt": _noon(fact.issued),
        "updatedAt": _noon(max(fact.issued, fact.paid_on) if fact.paid else fact.issued),
        "dueDate": fact.due and int(dt.datetime.combine(fact.due, dt.time(), dt.UTC).timestamp()),
        "originalBalance": {"code": fact.currency, "value": str(fact.amount)},
        "openBalance": {"code": fact.currency, "value": str(left)},
    }


def _payment(fact: Fact) -> dict[str, Any]:
    money = {"code": fact.currency, "value": str(fact.paid)}
    is_refunded = fact.number == REFUNDED
    return {
        "id": fact.number,
        "customerId": str(fact.company),
        "moduleName": "payments_offline",
        "processingStatus": 4 if is_refunded else 3,
        "appliedStatus": 0 if is_refunded else 1,
        "createdAt": _noon(fact.paid_on),
        "updatedAt": _noon(TODAY if is_refunded else fact.paid_on),
        "total": money,
        "lineItems": [{"invoiceId": fact.number, "amount": money}],
    }


def _noon(day: dt.date) -> int:
    return int(dt.datetime.combine(day, dt.time(12), dt.UTC).timestamp())
