"""Demo payments with their receipts, and what they leave open on the invoices."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from arportal.sandbox.demo.companies import DAY, Buyer
from arportal.sandbox.demo.orders import COMPLETED, uuid
from arportal.sandbox.models import Invoice, Order, Payment, PaymentLine, Receipt, ReceiptLine
from arportal.sandbox.models.payments import OFFLINE, ONLINE
from arportal.sandbox.models.receipts import PAID, REFUND
from arportal.sandbox.rules.balances import UNSETTLED, subtract
from arportal.sandbox.rules.payments import REFUNDED, offline_module, online_module
from arportal.sandbox.rules.receipts import payment_type, reference

CARDS = ("Visa", "Mastercard", "American Express")
MEMOS = ("Cheque {}", "Wire {}", "Bank transfer {}", "Remittance {}", "ACH {}", "Lockbox batch {}", "")


@dataclass
class Money:
    """Rows of payments and receipts that wait to be written."""

    dice: Random
    last_moment: int  # nothing in the demo data happens after it
    payments: list[Payment] = field(default_factory=list)
    lines: list[PaymentLine] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    receipt_lines: list[ReceiptLine] = field(default_factory=list)
    # The lists are emptied whenever they are written, the numbers go on.
    payment_ids: Iterator[int] = field(default_factory=lambda: count(1))
    receipt_ids: Iterator[int] = field(default_factory=lambda: count(1))

    def receive(self, buyer: Buyer, shares: list[tuple[Invoice, int]], at: int, status: int) -> Payment:
        """An offline payment over one or more invoices of one currency."""
        memo = self.dice.choice(MEMOS).format(self.dice.randint(1000, 99_999))
        payment = self._payment(buyer, shares, at, status)
        payment.details = {"memo": memo}
        payment.module_data = offline_module(memo)
        self._book(payment, shares)
        return payment

    def receive_online(
        self, buyer: Buyer, invoice: Invoice, amount: int, order: Order, status: int
    ) -> Payment:
        """A payment at checkout, through an order that stands for it."""
        payment = self._payment(buyer, [(invoice, amount)], order.created_at, status)
        person = self.dice.choice(buyer.people)
        payment.payer_name = f"{person.first_name} {person.last_name}"
        payment.payer_customer_id = str(person.bc_customer_id)
        payment.module = ONLINE
        payment.details = {"memo": ""}
        payment.module_data = _checkout(order, self.dice)
        order.invoice_id = invoice.pk
        order.is_invoice_order = True
        order.lines = []
        order.freight = order.tax = 0
        order.subtotal = order.total = amount
        order.status = COMPLETED if status else 0
        self._book(payment, [(invoice, amount)])
        return payment

    def _payment(self, buyer: Buyer, shares: list[tuple[Invoice, int]], at: int, status: int) -> Payment:
        number = next(self.payment_ids)
        later = at + self.dice.randint(0, 4) * DAY if status in (3, REFUNDED) else at
        return Payment(
            id=number,
            company=buyer.company,
            payer_name=buyer.people[0].company.name,
            payer_customer_id=str(buyer.company.pk),
            external_id=f"ERP-PMT-{number:06d}" if self.dice.random() < 0.4 else None,
            module=OFFLINE,
            processing_status=status,
            applied=int(status in (1, 2, 3)),
            currency=shares[0][0].currency,
            total=sum(amount for _, amount in shares),
            created_at=at,
            updated_at=min(later, self.last_moment),
            born=0,
        )

    def _book(self, payment: Payment, shares: list[tuple[Invoice, int]]) -> None:
        self.payments.append(payment)
        for invoice, amount in shares:
            self.lines.append(
                PaymentLine(
                    payment=payment,
                    invoice_id=invoice.pk,
                    invoice_number=invoice.number,
                    amount=amount,
                    created_at=payment.created_at,
                    updated_at=payment.created_at,
                    born=0,
                )
            )
            invoice.updated_at = max(invoice.updated_at, payment.updated_at)
            if payment.processing_status in UNSETTLED:
                invoice.pending += 1
            if payment.applied:
                subtract(invoice, amount)
        self._issue(payment, shares, PAID, payment.created_at)
        if payment.processing_status == REFUNDED:
            self._issue(payment, shares, REFUND, payment.updated_at)

    def _issue(self, payment: Payment, shares: list[tuple[Invoice, int]], kind: str, at: int) -> None:
        receipt = Receipt(
            id=next(self.receipt_ids),
            payment=payment,
            transaction_type=kind,
            payment_type=payment_type(payment),
            reference=reference(payment),
            currency=payment.currency,
            total=payment.total,
            created_at=at,
            updated_at=at,
            born=0,
        )
        self.receipts.append(receipt)
        self.receipt_lines.extend(
            ReceiptLine(
                receipt=receipt,
                invoice_id=invoice.pk,
                invoice_number=invoice.number,
                amount=amount,
                created_at=at,
                updated_at=at,
                born=0,
            )
            for invoice, amount in shares
        )


def _checkout(order: Order, dice: Random) -> dict[str, Any]:
    return online_module(
        order,
        gateway="braintree",
        transaction_id=uuid(dice)[:8],
        auth_code=f"{dice.randint(0, 999_999):06d}",
        card={
            "type": dice.choice(CARDS),
            "last4": f"{dice.randint(0, 9999):04d}",
            "expiryYear": 2029 + dice.randint(0, 3),
            "expiryMonth": dice.randint(1, 12),
        },
    )
