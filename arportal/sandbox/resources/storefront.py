"""Plays the buyer: what happens in the storefront, where the API has no say."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from arportal.sandbox.models import CompanyMethod, Invoice, Order, Payment, User
from arportal.sandbox.requests import params, refusals
from arportal.sandbox.requests.bodies import fields
from arportal.sandbox.resources import payments
from arportal.sandbox.resources.methods import find_company
from arportal.sandbox.rules import checkout


class PayOnline(APIView):
    """{"invoiceId": n, "amount"?: "12.50"} or {"lineItems": [...]}; answers the payment as the API shows it."""

    def post(self, request: Request) -> Response:
        body = fields(request)
        if "amount" in body and "lineItems" not in body:
            body["lineItems"] = [{"invoiceId": body.get("invoiceId"), "amount": body["amount"]}]
        return Response(payments.present(checkout.pay_online(body)))


class PlaceOrder(APIView):
    """See rules/checkout.py for the body; answers the order's two ids."""

    def post(self, request: Request) -> Response:
        order = checkout.place_order(fields(request))
        return Response({"id": order.pk, "bcOrderId": order.bc_order_id, "invoiceId": order.invoice_id})


class DeleteCompany(APIView):
    """{"companyId": n}: somebody deletes it in the store's own pages; one with invoices or orders is kept."""

    def post(self, request: Request) -> Response:
        company = find_company(params.whole(fields(request).get("companyId")) or 0)
        if any(rows.objects.filter(company=company).exists() for rows in (Invoice, Payment, Order)):
            raise refusals.worded(400, "It has invoices, payments or orders; ", refusals.BAD_REQUEST)
        for rows in (User, CompanyMethod):
            rows.objects.filter(company=company).delete()
        company.delete()
        return Response({})
