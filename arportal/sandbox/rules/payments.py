"""Payments and what they do to balances and receipts (rules 19-26)."""

from typing import Any

from arportal.sandbox.models import Invoice, Order, Payment, PaymentLine
from arportal.sandbox.requests import clock, params, quirks, refusals
from arportal.sandbox.rules import balances, receipts
from arportal.sandbox.rules.offline import OfflinePayment

COMPLETED, REFUNDED = 3, 4
STATUSES = [1, 2, 3, 4]
APPLY, REVERT, PULL = 0, 1, 2


def allowed_statuses(payment: Payment) -> list[int]:
    if not payment.is_offline and quirks.on("online_status_locked"):
        return []
    return STATUSES


def allowed_operations(payment: Payment) -> list[int]:
    """Rule 25: none while balances follow by themselves."""
    if quirks.get("apply_on") == "created":
        return []
    return [REVERT if payment.applied else APPLY] + ([] if payment.is_offline else [PULL])


def offline_module(memo: str) -> dict[str, Any]:
    return {"transactions": [{"memo": memo, "type": "OfflineTransaction", "rawTransaction": None}]}


def online_module(
    order: Order, *, gateway: str, transaction_id: str, auth_code: str | None, card: dict[str, Any]
) -> dict[str, Any]:
    """The module data of a payment at checkout; `order` is the one that stands for it."""
    transaction = {
        "type": "CreditCardTransaction",
        "gateway": gateway,
        "transactionId": transaction_id,
        "authCode": auth_code,
        "event": "purchase",
        "card": card,
        "rawTransaction": None,
    }
    return {"cartId": order.cart_id, "orderId": order.bc_order_id, "transactions": [transaction]}


def record_offline(asked: OfflinePayment) -> Payment:
    payment = Payment(company=asked.company)
    _fill(payment, asked)
    write_lines(payment, asked.lines)
    follow_status(payment)
    receipts.issue(payment)
    _refresh(payment)
    return payment


def _fill(payment: Payment, asked: OfflinePayment) -> None:
    payment.company = asked.company
    payment.currency = asked.currency
    payment.details = asked.details
    payment.external_id = asked.external_id
    payment.external_customer_id = asked.external_customer_id
    payment.payer_name = asked.payer_name
    payment.payer_customer_id = asked.payer_customer_id
    payment.processing_status = asked.processing_status
    payment.module_data = offline_module(payment.memo)
    payment.total = sum(amount for _, amount in asked.lines)
    payment.updated_at = clock.seconds()
    payment.save()


def write_lines(payment: Payment, lines: list[tuple[Invoice, int]]) -> None:
    for invoice, amount in lines:
        PaymentLine.objects.create(
            payment=payment, invoice_id=invoice.pk, invoice_number=invoice.number, amount=amount
        )


def _should_apply(payment: Payment) -> bool:
    """Rules 21 and 22; an incomplete payment (0) never counts."""
    if quirks.get("apply_on") == "completed":
        return payment.processing_status == COMPLETED or (
            bool(payment.applied) and payment.processing_status != REFUNDED
        )
    return payment.processing_status in (1, 2, COMPLETED)


def follow_status(payment: Payment) -> None:
    if _should_apply(payment) and not payment.applied:
        balances.apply(payment)
    elif payment.applied and not _should_apply(payment):
        balances.unapply(payment)


def _refresh(payment: Payment) -> None:
    balances.refresh_pending(payment.lines.values_list("invoice_id", flat=True))


def set_status(payment: Payment, given: object) -> None:
    """Rule 23: between allowed statuses only; the same status again changes nothing."""
    status = params.whole(given)
    if status not in allowed_statuses(payment):
        raise refusals.worded(400, "The payment processing status is not allowed.", refusals.NOT_FOUND)
    if status == payment.processing_status:
        return
    payment.processing_status = status
    payment.touch()
    follow_status(payment)
    if status == REFUNDED:
        receipts.refund(payment)
    _refresh(payment)


def replace_offline(payment: Payment, asked: OfflinePayment) -> None:
    """Rule 24: take the old lines back, write the new ones, apply again."""
    before = list(payment.lines.values_list("invoice_id", flat=True))
    if payment.applied:
        balances.unapply(payment)
    payment.lines.all().delete()
    _fill(payment, asked)
    write_lines(payment, asked.lines)
    follow_status(payment)
    receipts.rewrite(payment)
    balances.refresh_pending(before)
    _refresh(payment)


def operate(payment: Payment, given: object) -> None:
    """Rule 25; the undefined operation 3 is never allowed (contract X-33)."""
    code = params.whole(given)
    if code not in allowed_operations(payment):
        raise refusals.worded(400, "The payment operation is not allowed.", refusals.NOT_FOUND)
    if code == APPLY:
        balances.apply(payment)
    elif code == REVERT:
        balances.unapply(payment)
    payment.touch()


def delete(payment: Payment) -> None:
    """Rule 26: nothing of it stays, neither receipts nor effect."""
    touched = list(payment.lines.values_list("invoice_id", flat=True))
    if payment.applied:
        balances.unapply(payment)
    payment.delete()  # and by cascade its lines and receipts
    balances.refresh_pending(touched)
