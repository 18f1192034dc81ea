"""Receipts and their lines: R1 to R7 of the contract. Nothing creates one but a payment."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from arportal.sandbox.models import Receipt, ReceiptLine
from arportal.sandbox.requests import amounts, lists, params, quirks, refusals
from arportal.sandbox.requests.endpoint import STORE_HASH, Endpoint, success

SORTS = {
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "customerId": "payment__company_id",
    "externalCustomerId": "payment__external_customer_id",
    "paymentId": "payment_id",
    "total": "total",
    "transactionType": "transaction_type",
    "referenceNumber": "reference",
}
SEARCHES = {
    "payerName": "payment__payer_name",
    "referenceNumber": "reference",
    "customerId": "payment__company_id",
    "externalId": "payment__external_id",
    "externalCustomerId": "payment__external_customer_id",
}
LINE_SORTS = {
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "customerId": "receipt__payment__company_id",
    "externalCustomerId": "receipt__payment__external_customer_id",
    "receiptId": "receipt_id",
    "invoiceId": "invoice_id",
    "amount": "amount",
}
LINE_SEARCHES = {
    "customerId": "receipt__payment__company_id",
    "externalId": "receipt__payment__external_id",
    "externalCustomerId": "receipt__payment__external_customer_id",
    "payerName": "receipt__payment__payer_name",
    "payerCustomerId": "receipt__payment__payer_customer_id",
    "referenceNumber": "receipt__reference",
    "invoiceId": "invoice_id",
}


def find(receipt_id: int) -> Receipt:
    receipt = Receipt.objects.select_related("payment").filter(pk=receipt_id).first()
    if receipt is None:
        raise refusals.missing("Receipt")
    return receipt


def find_line(receipt_id: int, line_id: int) -> ReceiptLine:
    line = _lines().filter(pk=line_id, receipt_id=receipt_id).first()
    if line is None:
        raise refusals.missing("Receipt")
    return line


def _lines() -> QuerySet[ReceiptLine]:
    return ReceiptLine.objects.select_related("receipt__payment")


def _owner(receipt: Receipt) -> dict[str, Any]:
    """The fields that a receipt and its lines have alike."""
    payment = receipt.payment
    nothing = "" if quirks.on("receipt_external_blank") else None
    return {
        "storeHash": STORE_HASH,
        "customerId": str(payment.company_id),
        "externalId": payment.external_id or nothing,
        "externalCustomerId": payment.external_customer_id or nothing,
        "paymentId": payment.pk,
        "transactionType": receipt.transaction_type,
        "paymentType": receipt.payment_type,
        "referenceNumber": receipt.reference,
    }


def present(receipt: Receipt) -> dict[str, Any]:
    return _owner(receipt) | {
        "id": receipt.pk,
        "createdAt": receipt.created_at,
        "updatedAt": receipt.updated_at,
        "payerName": receipt.payment.payer_name,
        "payerCustomerId": receipt.payment.payer_customer_id,
        "details": {"paymentDetails": {"memo": receipt.payment.memo}},
        "total": amounts.money(receipt.total, receipt.currency),
    }


def present_line(line: ReceiptLine) -> dict[str, Any]:
    return _owner(line.receipt) | {
        "id": line.pk,
        "createdAt": line.created_at,
        "updatedAt": line.updated_at,
        "receiptId": line.receipt_id,
        "invoiceId": line.invoice_id,
        "invoiceNumber": line.invoice_number,
        "paymentStatus": line.receipt.payment.processing_status,
        "amount": amounts.money(line.amount, line.receipt.currency),
    }


class Receipts(Endpoint):
    def get(self, request: Request) -> Response:
        rows = lists.searched(Receipt.objects.select_related("payment"), request, SEARCHES)
        if statuses := params.numbers(request, "paymentStatus"):
            rows = rows.filter(payment__processing_status__in=statuses)
        return lists.page(lists.ordered(rows, request, SORTS, "createdAt"), request, present)


class OneReceipt(Endpoint):
    def get(self, request: Request, receipt_id: int) -> Response:
        return success(present(find(receipt_id)))

    def delete(self, request: Request, receipt_id: int) -> Response:
        """Rule 30: its lines go with it, balances do not move."""
        find(receipt_id).delete()
        return success({"id": receipt_id})


def _line_page(rows: QuerySet[ReceiptLine], request: Request) -> Response:
    rows = lists.searched(rows, request, LINE_SEARCHES)
    if statuses := params.numbers(request, "paymentStatus"):
        rows = rows.filter(receipt__payment__processing_status__in=statuses)
    return lists.page(lists.ordered(rows, request, LINE_SORTS, "createdAt"), request, present_line)


class AllLines(Endpoint):
    def get(self, request: Request) -> Response:
        return _line_page(_lines(), request)


class Lines(Endpoint):
    def get(self, request: Request, receipt_id: int) -> Response:
        return _line_page(_lines().filter(receipt=find(receipt_id)), request)


class OneLine(Endpoint):
    def get(self, request: Request, receipt_id: int, line_id: int) -> Response:
        return success(present_line(find_line(receipt_id, line_id)))

    def delete(self, request: Request, receipt_id: int, line_id: int) -> Response:
        """Rule 30: the receipt and its total stay."""
        find_line(receipt_id, line_id).delete()
        return success({"id": line_id})
