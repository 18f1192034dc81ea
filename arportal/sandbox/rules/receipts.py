"""Receipts: payments make them, nobody else can (rules 27-29)."""

from arportal.sandbox.models import Payment, Receipt, ReceiptLine
from arportal.sandbox.models.receipts import PAID, REFUND
from arportal.sandbox.requests import clock, quirks


def issue(payment: Payment, transaction_type: str = PAID) -> Receipt:
    """One receipt at the payment's own instant, or, of a refund, now; one line per payment line."""
    at = payment.created_at if transaction_type == PAID else clock.seconds()
    receipt = Receipt.objects.create(
        created_at=at,
        updated_at=at,
        payment=payment,
        transaction_type=transaction_type,
        payment_type=payment_type(payment),
        reference=reference(payment),
        currency=payment.currency,
        total=payment.total,
    )
    _add_lines(receipt, payment, at)
    return receipt


def _add_lines(receipt: Receipt, payment: Payment, at: int) -> None:
    for line in payment.lines.all():
        ReceiptLine.objects.create(
            created_at=at,
            updated_at=at,
            receipt=receipt,
            invoice_id=line.invoice_id,
            invoice_number=line.invoice_number,
            amount=line.amount,
        )


def rewrite(payment: Payment) -> None:
    """Rule 24: the receipts of a replaced payment keep their ids and get the new lines."""
    for receipt in payment.receipts.all():
        receipt.lines.all().delete()
        receipt.currency = payment.currency
        receipt.total = payment.total
        receipt.reference = reference(payment)
        receipt.touch()
        _add_lines(receipt, payment, receipt.updated_at)


def refund(payment: Payment) -> None:
    """Rule 29: a second receipt, or the first one turned over."""
    if quirks.get("refund_receipt") == "flip":
        payment.receipts.update(transaction_type=REFUND)
    else:
        issue(payment, REFUND)


def card(payment: Payment) -> dict[str, str]:
    transactions = payment.module_data.get("transactions") or [{}]
    details = transactions[0].get("card")
    return details if isinstance(details, dict) else {}


def payment_type(payment: Payment) -> str:
    if payment.is_offline:
        return "Offline"
    shown = card(payment)
    return f"{shown.get('type', 'Card')} ending in {shown.get('last4', '0000')}"


def reference(payment: Payment) -> str:
    """The memo of an offline payment, the gateway's transaction id of an online one."""
    if payment.is_offline:
        return payment.memo
    return str(payment.module_data["transactions"][0]["transactionId"])
