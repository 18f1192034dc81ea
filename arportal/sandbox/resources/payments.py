"""Payments received: Y1 to Y9 of the contract."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from arportal.sandbox import channels
from arportal.sandbox.models import Payment
from arportal.sandbox.requests import amounts, lists, params, quirks, refusals
from arportal.sandbox.requests.bodies import fields
from arportal.sandbox.requests.endpoint import STORE_HASH, Endpoint, success
from arportal.sandbox.rules import offline
from arportal.sandbox.rules import payments as rules

SORTS = {
    "moduleName": "module",
    "processingStatus": "processing_status",
    "appliedStatus": "applied",
    "createdAt": "created_at",
    "customerId": "company_id",
    "externalCustomerId": "external_customer_id",
    "fundingStatus": "funding_status",
    "updatedAt": "updated_at",
    "totalAmount": "total",
}
SEARCHES = {
    "id": "id",
    "customerId": "company_id",
    "externalId": "external_id",
    "externalCustomerId": "external_customer_id",
}


def find(payment_id: int) -> Payment:
    payment = Payment.objects.select_related("company").filter(pk=payment_id).first()
    if payment is None:
        raise refusals.missing("Payment")
    return payment


def present(payment: Payment) -> dict[str, Any]:
    return {
        "id": payment.pk,
        "createdAt": payment.created_at,
        "updatedAt": payment.updated_at,
        "storeHash": STORE_HASH,
        "customerId": str(payment.company_id),
        "customerName": payment.company.name,
        "externalId": payment.external_id,
        "externalCustomerId": payment.external_customer_id,
        "payerCustomerId": payment.payer_customer_id,
        "payerName": payment.payer_name,
        "details": payment.details,
        "moduleName": payment.module,
        "fees": [],
        "moduleData": payment.module_data,
        "processingStatus": payment.processing_status,
        "appliedStatus": payment.applied,
        "fundingStatus": payment.funding_status,
        "total": amounts.money(payment.total, payment.currency),
        "lineItems": _lines(payment),
        "allowedOperations": rules.allowed_operations(payment),
        "allowedStatuses": rules.allowed_statuses(payment),
        **channels.tag(payment.channel_id),
    }


def _lines(payment: Payment) -> list[dict[str, Any]]:
    return [
        {
            "paymentId": payment.pk,
            "invoiceId": line.invoice_id,
            "invoiceNumber": line.invoice_number,
            "amount": amounts.money(line.amount, payment.currency),
        }
        for line in payment.lines.all()
    ]


class Payments(Endpoint):
    def get(self, request: Request) -> Response:
        rows = Payment.objects.all()
        if name := params.text(request, "customerName"):
            rows = rows.filter(company__name__icontains=name)
        if (invoice_id := params.number(request, "invoiceId")) is not None:
            rows = rows.filter(lines__invoice_id=invoice_id).distinct()
        if (status := params.text(request, "processingStatus")) in ("0", "1", "2", "3", "4"):
            rows = rows.filter(processing_status=status)
        if chosen := params.numbers(request, "channelIds"):
            rows = rows.filter(channel_id__in=chosen)
        rows = lists.searched(rows, request, SEARCHES)
        rows = rows.select_related("company").prefetch_related("lines")
        return lists.page(lists.ordered(rows, request, SORTS, "createdAt"), request, present)


class OnePayment(Endpoint):
    def get(self, request: Request, payment_id: int) -> Response:
        return success(present(find(payment_id)))

    def delete(self, request: Request, payment_id: int) -> Response:
        rules.delete(find(payment_id))
        return success({"id": payment_id})


class Operations(Endpoint):
    """The operations and statuses open to a payment; here the statuses are texts (contract X-27)."""

    def get(self, request: Request, payment_id: int) -> Response:
        payment = find(payment_id)
        statuses = [str(status) for status in rules.allowed_statuses(payment)]
        data = {"allowedOperations": rules.allowed_operations(payment), "allowedStatuses": statuses}
        return success(data, "Success")

    def post(self, request: Request, payment_id: int) -> Response:
        payment = find(payment_id)
        if "operationCode" not in fields(request):
            raise refusals.by_field({"operationCode": [refusals.REQUIRED]})
        rules.operate(payment, fields(request)["operationCode"])
        return success({"id": payment.pk}, "Success")


class Transactions(Endpoint):
    def get(self, request: Request, payment_id: int) -> Response:
        return success(find(payment_id).module_data.get("transactions", []))


class ProcessingStatus(Endpoint):
    def put(self, request: Request, payment_id: int) -> Response:
        payment = find(payment_id)
        if "processingStatus" not in fields(request):
            raise refusals.by_field({"processingStatus": [refusals.REQUIRED]})
        rules.set_status(payment, fields(request)["processingStatus"])
        return success({"id": payment.pk})


class OfflinePayments(Endpoint):
    def post(self, request: Request) -> Response:
        payment = rules.record_offline(offline.read(fields(request)))
        return success({"paymentId": payment.pk})


class OneOfflinePayment(Endpoint):
    def put(self, request: Request, payment_id: int) -> Response:
        """Everything again, not a part; only a payment that staff recorded."""
        payment = find(payment_id)
        if not payment.is_offline:
            raise refusals.worded(400, "The payment operation is not allowed.", refusals.NOT_FOUND)
        extra = ("payerCustomerId",) if quirks.on("require_payer_customer_id") else ()
        rules.replace_offline(payment, offline.read(fields(request), extra=extra))
        return success({"paymentId": payment.pk})
