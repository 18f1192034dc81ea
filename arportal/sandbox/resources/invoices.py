"""Invoices: I1 to I8 of the contract."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from arportal.sandbox import channels
from arportal.sandbox.models import Invoice
from arportal.sandbox.requests import amounts, lists, params, quirks, refusals
from arportal.sandbox.requests.bodies import fields
from arportal.sandbox.requests.endpoint import STORE_HASH, Endpoint, success
from arportal.sandbox.resources.order_shapes import empty, number_if_plain
from arportal.sandbox.resources.pdfs import link
from arportal.sandbox.rules import invoices as rules
from arportal.sandbox.rules.orders import visible

SORTS = {
    "invoiceNumber": "number",
    "createdAt": "created_at",
    "customerId": "company_id",
    "externalCustomerId": "external_customer_id",
    "dueDate": "due_date",
    "updatedAt": "updated_at",
    "isPendingPayment": "pending",
    "openBalance": "open",
    "originalBalance": "original",
    "status": "status",
}
SEARCHES = {
    "invoiceNumber": "number",
    "type": "type",
    "orderNumber": "order_number",
    "purchaseOrderNumber": "po_number",
    "customerId": "company_id",
    "externalCustomerId": "external_customer_id",
}
BOUNDS = {
    "customerId": "company_id",
    "beginDateAt": "created_at__gte",
    "endDateAt": "created_at__lte",
}


def find(invoice_id: int) -> Invoice:
    invoice = Invoice.objects.select_related("company").filter(pk=invoice_id).first()
    if invoice is None:
        raise refusals.missing("Invoice")
    return invoice


def _time(value: int) -> int | str:
    return str(value) if quirks.on("invoice_ts_as_str") else value


def present(invoice: Invoice) -> dict[str, Any]:
    order = invoice.order_number
    return {
        "id": invoice.pk,
        "customerId": str(invoice.company_id),
        "customerName": invoice.company.name,
        "externalId": empty(invoice.external_id),
        "externalCustomerId": empty(invoice.external_customer_id),
        "invoiceNumber": invoice.number,
        "type": invoice.type,
        "dueDate": invoice.due_date,
        "status": invoice.status,
        "orderNumber": empty(number_if_plain(order) if quirks.on("order_number_as_int") else order),
        "purchaseOrderNumber": empty(invoice.po_number),
        "details": invoice.details,
        "source": invoice.source,
        "originalBalance": amounts.money(invoice.original, invoice.currency),
        "openBalance": amounts.money(invoice.open, invoice.currency),
        "createdAt": _time(invoice.created_at),
        "updatedAt": _time(invoice.updated_at),
        **channels.tag(invoice.channel_id),
        **_fields_of_some_stores(invoice),
    }


def _fields_of_some_stores(invoice: Invoice) -> dict[str, Any]:
    row: dict[str, Any] = {}
    if quirks.get("pending_payment") != "count":
        row["isPendingPayment"] = int(invoice.pending > 0)
    if quirks.get("pending_payment") != "flag":
        row["pendingPaymentCount"] = invoice.pending
    if invoice.terms:
        row["termsConditions"] = invoice.terms
    if quirks.on("undocumented_fields"):
        # Seen in real answers, told of by no document; bcId is the company's customer group.
        row |= {
            "storeHash": STORE_HASH,
            "notAllowedPay": 0,
            "bcId": invoice.company.group_id,
            "bcGroupName": invoice.company.name,
            "customerBcId": None,
            "customerBcGroupName": None,
            "externalPdfUrl": invoice.pdf_url or None,
        }
    return row


def present_whole(invoice: Invoice) -> dict[str, Any]:
    return present(invoice) | {"extraFields": invoice.extra_fields}


class Invoices(Endpoint):
    def get(self, request: Request) -> Response:
        rows = Invoice.objects.filter(**params.lookups(request, BOUNDS))
        if (status := params.text(request, "status")) in ("0", "1", "2"):
            rows = rows.filter(status=status)
        if name := params.text(request, "customerName"):
            rows = rows.filter(company__name__icontains=name)
        if external_ids := params.texts(request, "externalId"):
            rows = rows.filter(external_id__in=external_ids)
        if chosen := params.numbers(request, "channelIds"):
            rows = rows.filter(channel_id__in=chosen)
        rows = lists.searched(rows, request, SEARCHES).select_related("company")
        shape = present_whole if params.flag(request, "isIncludeExtraFields") else present
        return lists.page(lists.ordered(rows, request, SORTS, "createdAt"), request, shape)

    def post(self, request: Request) -> Response:
        """Answers both id and invoiceId, because readers of either exist (contract X-9)."""
        invoice = rules.create(fields(request))
        return success({"id": invoice.pk, "invoiceId": invoice.pk})


class OneInvoice(Endpoint):
    def get(self, request: Request, invoice_id: int) -> Response:
        return success(present_whole(find(invoice_id)))

    def put(self, request: Request, invoice_id: int) -> Response:
        rules.update(find(invoice_id), fields(request))
        return success({"id": invoice_id})

    def delete(self, request: Request, invoice_id: int) -> Response:
        rules.delete(find(invoice_id))
        return success({"id": invoice_id})


class OrderInvoice(Endpoint):
    """The id in the path is B2B Edition's own, not BigCommerce's."""

    def post(self, request: Request, order_id: int) -> Response:
        order = visible().select_related("company").filter(pk=order_id).first()
        invoice = rules.from_order(order)
        return success({"invoiceNumber": invoice.number, "invoiceId": invoice.pk})


class InvoicePdf(Endpoint):
    """A link, not the bytes; it opens without the API's headers."""

    def get(self, request: Request, invoice_id: int) -> Response:
        invoice = find(invoice_id)
        return success({"url": link(request, invoice.pk), "externalPdfUrl": invoice.pdf_url})
