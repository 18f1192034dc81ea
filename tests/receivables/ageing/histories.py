"""Random histories of a store's invoices and payments, and a naive replay of them in Python.

A history is a list of facts: this much, of this invoice, took effect on that day and was seen on another. The store
acts on its days; passes see it days later, payments before invoices, and sometimes the other way round.
"""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tests.receivables.ledger.books import Books

FIRST = dt.date(2026, 1, 1)
CURRENCIES = {"EUR": 2, "JPY": 0, "KWD": 3}


@dataclass(frozen=True)
class Fact:
    invoice_id: int
    company_id: int
    currency: str
    amount: Decimal
    effective_on: dt.date
    observed_on: dt.date


@dataclass
class Invoice:
    invoice_id: int
    company_id: int
    currency: str
    original: Decimal
    open: Decimal
    issued_on: dt.date
    due_on: dt.date | None
    changed_on: dt.date
    is_gone: bool = False
    # The days from which its due day was known to be another.
    known_due: list[tuple[dt.date, dt.date | None]] = field(default_factory=list)


@dataclass
class Payment:
    payment_id: int
    lines: dict[int, Decimal]
    made_on: dt.date
    changed_on: dt.date
    counts: bool = True


class History:
    def __init__(self, books: Books, seed: int, days: int = 24) -> None:
        self.books = books
        self.random = random.Random(seed)
        self.days = [FIRST + dt.timedelta(days=number) for number in range(days)]
        self.facts: list[Fact] = []
        self.invoices: dict[int, Invoice] = {}
        self.payments: dict[int, Payment] = {}
        # (invoice, company, currency, amount, day or None): movements since the last pass.
        self.unseen: list[tuple[int, int, str, Decimal, dt.date | None]] = []
        # What the next pass will see, and what only the one after it (payments that a pass just missed).
        self.changed: set[int] = set()
        self.paid: set[int] = set()
        self.missed: set[int] = set()
        self.touched: set[int] = set()

    def play(self) -> None:
        self.books.begin(FIRST)
        seen_from = FIRST
        for day in self.days:
            for _action in range(self.random.randint(1, 4)):
                self.act(day)
            if self.random.random() < 0.6 or day == self.days[-1]:
                self.see(day)
                seen_from = day
        assert seen_from == self.days[-1]
        self.see(self.days[-1])

    # What the store does. An invoice is touched once between two passes: more, and nobody could tell them apart.

    def act(self, day: dt.date) -> None:
        free = [
            one for one in self.invoices.values() if not one.is_gone and one.invoice_id not in self.touched
        ]
        actions = [self.issue]
        if free:
            actions += [self.pay, self.pay, self.edit, self.postpone, self.move, self.delete]
        changeable = [one for one in self.payments.values() if self.is_free(one)]
        if changeable:
            actions += [self.reverse, self.correct]
        action = self.random.choice(actions)
        action(
            day, self.random.choice(changeable if action in (self.reverse, self.correct) else free or [None])
        )

    def is_free(self, payment: Payment) -> bool:
        return not any(one in self.touched or self.invoices[one].is_gone for one in payment.lines)

    def amount(self, currency: str) -> Decimal:
        return Decimal(self.random.randint(1, 900)).scaleb(-CURRENCIES[currency])

    def issue(self, day: dt.date, _other: object) -> None:
        number = len(self.invoices) + 1
        currency = self.random.choice(list(CURRENCIES))
        original = self.amount(currency) * 5
        due_on = self.random.choice([None, day, *(day + dt.timedelta(days=late) for late in (-40, 1, 3, 12))])
        invoice = Invoice(number, self.random.randint(1, 3), currency, original, original, day, due_on, day)
        self.invoices[number] = invoice
        self.moves(invoice, original, day)

    def pay(self, day: dt.date, invoice: Invoice) -> None:
        part, all_of_it = self.amount(invoice.currency), max(invoice.open, Decimal(1))
        amount = self.random.choice([part, all_of_it, all_of_it + 1])
        number = len(self.payments) + 1
        self.payments[number] = Payment(number, {invoice.invoice_id: amount}, day, day)
        self.settle(self.payments[number], -1, day)

    def reverse(self, day: dt.date, payment: Payment) -> None:
        """A refund, or its end."""
        payment.counts = not payment.counts
        self.settle(payment, -1 if payment.counts else 1, day)

    def correct(self, day: dt.date, payment: Payment) -> None:
        if payment.counts:
            self.settle(payment, 1, day)
        payment.lines = {one: self.amount(self.invoices[one].currency) for one in payment.lines}
        if payment.counts:
            self.settle(payment, -1, day)
        else:
            self.paid.add(payment.payment_id)
            payment.changed_on = day

    def edit(self, day: dt.date, invoice: Invoice) -> None:
        amount = self.amount(invoice.currency) * self.random.choice([1, -1])
        invoice.open += amount
        self.moves(invoice, amount, day)

    def postpone(self, day: dt.date, invoice: Invoice) -> None:
        invoice.due_on = day + dt.timedelta(days=self.random.randint(-20, 20))
        self.moves(invoice, Decimal(0), day)

    def move(self, day: dt.date, invoice: Invoice) -> None:
        self.moves(invoice, -invoice.open, day)
        invoice.company_id = invoice.company_id % 3 + 1
        self.moves(invoice, invoice.open, day)

    def delete(self, day: dt.date, invoice: Invoice) -> None:
        invoice.is_gone = True
        self.moves(invoice, -invoice.open, None)

    def settle(self, payment: Payment, sign: int, day: dt.date) -> None:
        payment.changed_on = day
        self.paid.add(payment.payment_id)
        for invoice_id, amount in payment.lines.items():
            invoice = self.invoices[invoice_id]
            invoice.open += sign * amount
            self.moves(invoice, sign * amount, day)

    def moves(self, invoice: Invoice, amount: Decimal, day: dt.date | None) -> None:
        """Without a day it takes effect when it is seen."""
        invoice.changed_on = day or invoice.changed_on
        self.changed.add(invoice.invoice_id)
        self.touched.add(invoice.invoice_id)
        self.unseen.append((invoice.invoice_id, invoice.company_id, invoice.currency, amount, day))

    # What a pass sees.

    def see(self, day: dt.date) -> None:
        for payment_id in sorted(self.missed):
            self.see_payment(payment_id, day)
        self.missed = {one for one in self.paid if self.random.random() < 0.25}
        for payment_id in sorted(self.paid - self.missed):
            self.see_payment(payment_id, day)
        for invoice_id in sorted(self.changed):
            self.see_invoice(self.invoices[invoice_id], day)
        for invoice_id, company_id, currency, amount, effective_on in self.unseen:
            self.facts.append(Fact(invoice_id, company_id, currency, amount, effective_on or day, day))
        self.unseen.clear()
        # A payment that was missed is seen as it is by then: it must not change before.
        self.touched = {one for payment in self.missed for one in self.payments[payment].lines}
        self.paid, self.changed = set(), set()

    def see_payment(self, payment_id: int, day: dt.date) -> None:
        payment = self.payments[payment_id]
        self.books.payment(
            payment_id,
            payment.lines,
            made=payment.made_on,
            changed=payment.changed_on,
            status=3 if payment.counts else 4,
            seen=day,
        )

    def see_invoice(self, invoice: Invoice, day: dt.date) -> None:
        if invoice.is_gone:
            self.books.invoice_gone(invoice.invoice_id, seen=day)
            return
        invoice.known_due.append((day, invoice.due_on))
        self.books.invoice(
            invoice.invoice_id,
            company=invoice.company_id,
            currency=invoice.currency,
            original=invoice.original,
            open=invoice.open,
            issued=invoice.issued_on,
            due=invoice.due_on and invoice.due_on.isoformat(),
            changed=invoice.changed_on,
            seen=day,
        )

    # The naive replay.

    def ageing(
        self, day: dt.date, known_on: dt.date | None, edges: tuple[int, ...], *, by_due: bool = True
    ) -> Mapping[tuple[int, str], tuple[list[Decimal], Decimal]]:
        """(company, currency) → what is open by bucket, and the credit."""
        balances: dict[tuple[int, int, str], Decimal] = defaultdict(Decimal)
        for fact in self.facts:
            if fact.effective_on <= day and (known_on is None or fact.observed_on <= known_on):
                balances[fact.invoice_id, fact.company_id, fact.currency] += fact.amount
        aged: dict[tuple[int, str], tuple[list[Decimal], Decimal]] = {}
        for (invoice_id, company_id, currency), balance in balances.items():
            buckets, credit = aged.get((company_id, currency), ([Decimal(0)] * (len(edges) + 2), Decimal(0)))
            if balance > 0:
                late = self.days_late(self.invoices[invoice_id], day, known_on, by_due=by_due)
                number = 0 if late <= 0 else 1 + sum(late > edge for edge in edges)
                buckets = [old + balance * (place == number) for place, old in enumerate(buckets)]
            else:
                credit += balance
            aged[company_id, currency] = buckets, credit
        return {key: value for key, value in aged.items() if any(value[0]) or value[1]}

    def days_late(self, invoice: Invoice, day: dt.date, known_on: dt.date | None, *, by_due: bool) -> int:
        if not by_due:
            return (day - invoice.issued_on).days
        known = [due_on for seen, due_on in invoice.known_due if known_on is None or seen <= known_on]
        due_on = known[-1]
        return 0 if due_on is None else (day - due_on).days
