"""What happens in a simulated quarter: invoices, payments, credits, promises and disputes at random, with dates.

The world writes to the store itself and knows it all, so that a judge need not ask the product about anything.
"""

import datetime as dt
import random
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

import time_machine

from arportal.b2b import Money
from arportal.mirror import store as rows
from arportal.mirror.api.connections import client_for
from arportal.mirror.models import Invoice as Mirrored
from arportal.receivables.collections.disputes import open_dispute, resolve_dispute
from arportal.receivables.collections.promises import add_promise, withdraw_promise
from arportal.receivables.models import Dispute, PaymentRecord, PromiseToPay
from arportal.receivables.on_account.keeping import Received, receive
from arportal.stores.models import Membership
from tests.sandbox_server import Sandbox

CURRENCIES = {"USD": 2, "JPY": 0}
Key = tuple[int, str]


@dataclass
class Invoice:
    invoice_id: int
    number: str
    company_id: int
    currency: str
    due_on: dt.date
    open: Decimal
    issued_on: dt.date
    original: Decimal
    # One day for each reminder that named it.
    reminded: list[dt.date] = field(default_factory=list)

    @property
    def key(self) -> Key:
        return self.company_id, self.currency


@dataclass(frozen=True)
class Paid:
    at: dt.datetime
    invoice_id: int
    amount: Decimal


@dataclass
class Promise:
    pk: int
    key: Key
    at: dt.datetime
    pay_by: dt.date
    amount: Decimal
    invoice_ids: list[int]
    is_withdrawn: bool = False


class World:
    def __init__(self, sandbox: Sandbox, clerk: Membership, company_ids: list[int], seed: int) -> None:
        self.sandbox, self.clerk, self.zone = sandbox, clerk, clerk.store.zone
        self.company_ids = company_ids
        self.random = random.Random(seed)
        self.now = dt.datetime.min
        self.invoices: dict[int, Invoice] = {}
        self.by_number: dict[str, Invoice] = {}
        self.paid: dict[Key, list[Paid]] = defaultdict(list)
        self.promises: dict[Key, list[Promise]] = defaultdict(list)
        # What the mirror has not seen yet.
        self.new_payments: list[int] = []
        self.changed: set[int] = set()
        # Invoice → its open dispute.
        self.disputes: dict[int, int] = {}
        self.on_account: dict[Key, list[tuple[dt.date, Decimal]]] = defaultdict(list)
        self.of_key: dict[Key, list[Invoice]] = defaultdict(list)

    @property
    def today(self) -> dt.date:
        return self.now.astimezone(self.zone).date()

    def at(self, day: dt.date, hour: int, minute: int = 0) -> time_machine.travel:
        """Everybody's clock, the store's too."""
        self.now = dt.datetime.combine(day, dt.time(hour, minute), self.zone)
        self.sandbox.control("PUT", "clock", {"now": self.now.timestamp()})
        return time_machine.travel(self.now, tick=True)

    def happens(self, chance: float) -> bool:
        return self.random.random() < chance

    def amount(self, currency: str, largest: int = 90_000) -> Decimal:
        return Decimal(self.random.randint(100, largest)).scaleb(-CURRENCIES[currency])

    # What the store and its customers do, unseen by us until we look.

    def issue(self, company_id: int, *, is_credit: bool = False) -> None:
        currency = "JPY" if company_id % 5 == 0 else "USD"
        amount = self.amount(currency, 20_000) * -1 if is_credit else self.amount(currency)
        due_on = self.today + dt.timedelta(self.random.choice([-20, -3, 0, 1, 2, 7, 14]))
        number = f"Q{len(self.invoices) + 1:06d}"
        midnight = dt.datetime.combine(due_on, dt.time(), dt.UTC)
        money = {"code": currency, "value": float(amount)}
        made = self.sandbox.post(
            "/ip/invoices",
            {
                "invoiceNumber": number,
                "customerId": str(company_id),
                "originalBalance": money,
                "openBalance": money,
                "dueDate": int(midnight.timestamp()),
            },
        )
        invoice = Invoice(made["id"], number, company_id, currency, due_on, amount, self.today, amount)
        self.invoices[invoice.invoice_id] = invoice
        self.by_number[number] = invoice
        self.changed.add(invoice.invoice_id)
        self.of_key[invoice.key].append(invoice)

    def pay(self, invoice: Invoice, amount: Decimal) -> None:
        made = self.sandbox.post(
            "/ip/payments/offline",
            {
                "customerId": str(invoice.company_id),
                "currency": invoice.currency,
                "processingStatus": 3,
                "details": {"memo": ""},
                "lineItems": [{"invoiceId": invoice.invoice_id, "amount": f"{amount:f}"}],
            },
        )
        invoice.open -= amount
        self.new_payments.append(made["paymentId"])
        self.changed.add(invoice.invoice_id)
        # The store counts in whole seconds.
        self.paid[invoice.key].append(Paid(self.now, invoice.invoice_id, amount))

    def pay_at_random(self, chance: float) -> None:
        for invoice in [one for one in self.invoices.values() if one.open > 0]:
            if self.happens(chance):
                part = round(
                    invoice.open * Decimal(self.random.choice(["0.2", "0.5"])), CURRENCIES[invoice.currency]
                )
                self.pay(invoice, part if part > 0 and self.happens(0.4) else invoice.open)

    def is_read(self) -> None:
        """The mirror sees what has changed: payments before invoices, as a pass does."""
        client = client_for(self.clerk.store)
        rows.save_payments(self.clerk.store, [client.payments.get(one) for one in self.new_payments])
        rows.save_invoices(self.clerk.store, [client.invoices.get(one) for one in sorted(self.changed)])
        self.new_payments.clear()
        self.changed.clear()

    # What our people write down.

    def promise(self, invoice: Invoice) -> None:
        owed = [one for one in self.of_key[invoice.key] if one.open > 0]
        named = (
            [] if self.happens(0.3) else self.random.sample(owed, self.random.randint(1, min(2, len(owed))))
        )
        total = sum((one.open for one in named or owed), Decimal(0))
        amount = (
            total if self.happens(0.6) else max(round(total / 2, CURRENCIES[invoice.currency]), Decimal(1))
        )
        amount, pay_by = min(amount, total), self.today + dt.timedelta(self.random.randint(0, 6))
        row = add_promise(
            self.clerk,
            uuid.uuid4(),
            invoice.company_id,
            Money(amount, invoice.currency),
            pay_by=pay_by,
            invoice_ids=[one.invoice_id for one in named],
            text="said",
            now=self.now,
        )
        self.promises[invoice.key].append(
            Promise(row.pk, invoice.key, self.now, pay_by, amount, [one.invoice_id for one in named])
        )

    def write_down(self) -> None:
        """Promises, withdrawals, disputes and their ends; only of what the mirror has seen."""
        seen = dict(Mirrored.objects.filter(store=self.clerk.store).values_list("api_id", "open_balance"))
        for invoice in list(self.invoices.values()):
            if (
                invoice.open <= 0
                or invoice.due_on >= self.today
                or seen.get(invoice.invoice_id) != invoice.open
            ):
                continue
            if self.happens(0.06) and all(
                seen.get(one.invoice_id) == one.open for one in self.of_key[invoice.key]
            ):
                self.promise(invoice)
            elif self.happens(0.015) and invoice.invoice_id not in self.disputes:
                money = Money(invoice.open, invoice.currency)
                price = Dispute.Reason.PRICE
                row = open_dispute(
                    self.clerk, uuid.uuid4(), invoice.invoice_id, money, reason=price, text="", now=self.now
                )
                self.disputes[invoice.invoice_id] = row.pk
        for invoice_id, dispute_id in list(self.disputes.items()):
            if self.happens(0.1):
                resolve_dispute(self.clerk, dispute_id, Dispute.Outcome.REJECTED, "agreed", self.now)
                del self.disputes[invoice_id]
        opened = PromiseToPay.objects.filter(store=self.clerk.store, state=PromiseToPay.State.OPEN)
        still_open = set(opened.values_list("pk", flat=True))
        for promise in [one for of_key in self.promises.values() for one in of_key]:
            if promise.pk in still_open and self.happens(0.02):
                withdraw_promise(self.clerk, promise.pk, "mistaken", self.now)
                promise.is_withdrawn = True

    def receive_on_account(self, company_id: int) -> None:
        currency = "JPY" if company_id % 5 == 0 else "USD"
        amount = self.amount(currency, 30_000)
        receive(
            self.clerk,
            uuid.uuid4(),
            Received(
                company_id=company_id,
                money=Money(amount, currency),
                received_on=self.today,
                reference="",
                payer_name="",
                reason="fits no invoice",
                method=PaymentRecord.Method.TRANSFER,
            ),
        )
        self.on_account[company_id, currency].append((self.today, amount))

    def in_the_afternoon(self) -> None:
        for company_id in self.company_ids:
            if self.happens(0.1):
                self.issue(company_id)
            if self.happens(0.02):
                self.issue(company_id, is_credit=True)
            if self.happens(0.02):
                self.receive_on_account(company_id)
        self.pay_at_random(0.05)
