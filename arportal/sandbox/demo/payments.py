"""Demo payments with their receipts, and what they leave open on the invoices."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from arportal.sandbox.demo.companies import DAY, Buyer
from arportal.sandbox.demo.orders import COMPLETED, uuid
from arportal.sandbox.models import Invoice, Order, Payment, PaymentLine, Receipt, ReceiptLine
from arportal.sandbox.models.payments import OFFLINE, ONLINE
from arportal.sandbox.models.receipts import PAID, REFUND
from arportal.sandbox.rules.balances import PARTIAL, UNSETTLED, settle
from arportal.sandbox.rules.payments import REFUNDED, offline_module
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
    count: int = 0
    receipt_count: int = 0

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
        payment.module, payment.details = ONLINE, {"memo": ""}
        payment.module_data = _checkout(order, self.dice)
        order.invoice_id, order.is_invoice_order = invoice.pk, True
        order.lines, order.subtotal, order.freight, order.tax, order.total = [], amount, 0, 0, amount
        order.status = COMPLETED if status else 0
        self._book(payment, [(invoice, amount)])
        return payment

    def _payment(self, buyer: Buyer, shares: list[tuple[Invoice, int]], at: int, status: int) -> Payment:
        self.count += 1
        later = at + self.dice.randint(0, 4) * DAY if status in (3, REFUNDED) else at
        return Payment(
            id=self.count,
            company=buyer.company,
            payer_name=buyer.people[0].company.name,
            payer_customer_id=str(buyer.company.pk),
            external_id=f"ERP-PMT-{self.count:06d}" if self.dice.random() < 0.4 else None,
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
            self.lines.append(_line(payment, invoice, amount))
            _affect(invoice, payment, amount)
        self._issue(payment, shares, PAID, payment.created_at)
        if payment.processing_status == REFUNDED:
            self._issue(payment, shares, REFUND, payment.updated_at)

    def _issue(self, payment: Payment, shares: list[tuple[Invoice, int]], kind: str, at: int) -> None:
        self.receipt_count += 1
        receipt = Receipt(
            id=self.receipt_count,
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
        for invoice, amount in shares:
            self.receipt_lines.append(
                ReceiptLine(
                    receipt=receipt,
                    invoice_id=invoice.pk,
                    invoice_number=invoice.number,
                    amount=amount,
                    created_at=at,
                    updated_at=at,
                    born=0,
                )
            )


def _line(payment: Payment, invoice: Invoice, amount: int) -> PaymentLine:
    return PaymentLine(
        payment=payment,
        invoice_id=invoice.pk,
        invoice_number=invoice.number,
        amount=amount,
        created_at=payment.created_at,
        updated_at=payment.created_at,
        born=0,
    )


def _affect(invoice: Invoice, payment: Payment, amount: int) -> None:
    invoice.updated_at = max(invoice.updated_at, payment.updated_at)
    if payment.processing_status in UNSETTLED:
        invoice.pending += 1
    if payment.applied:
        invoice.open -= amount
        invoice.status = PARTIAL
        settle(invoice)


def _checkout(order: Order, dice: Random) -> dict[str, Any]:
    return {
        "cartId": order.cart_id,
        "orderId": order.bc_order_id,
        "transactions": [
            {
                "type": "CreditCardTransaction",
                "gateway": "braintree",
                "transactionId": uuid(dice)[:8],
                "authCode": f"{dice.randint(0, 999_999):06d}",
                "event": "purchase",
                "card": {
                    "type": dice.choice(CARDS),
                    "last4": f"{dice.randint(0, 9999):04d}",
                    "expiryYear": 2029 + dice.randint(0, 3),
                    "expiryMonth": dice.randint(1, 12),
                },
                "rawTransaction": None,
            }
        ],
    }
