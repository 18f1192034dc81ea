"""Every address of the sandbox; a literal segment stands before an id of the same place (contract 1.7)."""

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import URLPattern, URLResolver, include, path

from arportal.sandbox import channels
from arportal.sandbox.http import converters
from arportal.sandbox.requests import quirks, refusals
from arportal.sandbox.resources import (
    companies,
    credit,
    extras,
    hierarchy,
    invoices,
    methods,
    orders,
    payments,
    pdfs,
    receipts,
    users,
    webhooks,
)

__all__ = ["converters"]

invoice_portal = [
    path("invoices", invoices.Invoices.as_view()),
    path("invoices/extra-fields", extras.InvoiceExtraFields.as_view()),
    path("invoices/<id:invoice_id>", invoices.OneInvoice.as_view()),
    path("invoices/<id:invoice_id>/download-pdf", invoices.InvoicePdf.as_view()),
    path("orders/<id:order_id>/invoices", invoices.OrderInvoice.as_view()),
    path("payments", payments.Payments.as_view()),
    path("payments/offline", payments.OfflinePayments.as_view()),
    path("payments/offline/<id:payment_id>", payments.OneOfflinePayment.as_view()),
    path("payments/<id:payment_id>", payments.OnePayment.as_view()),
    path("payments/<id:payment_id>/operations", payments.Operations.as_view()),
    path("payments/<id:payment_id>/transactions", payments.Transactions.as_view()),
    path("payments/<id:payment_id>/processing-status", payments.ProcessingStatus.as_view()),
    path("receipts", receipts.Receipts.as_view()),
    path("receipts/<id:receipt_id>", receipts.OneReceipt.as_view()),
    path("receipts/<id:receipt_id>/lines", receipts.Lines.as_view()),
    path("receipts/<id:receipt_id>/lines/<id:line_id>", receipts.OneLine.as_view()),
    path("receipt-lines", receipts.AllLines.as_view()),
]

one_company: list[URLPattern | URLResolver] = [
    path("", companies.OneCompany.as_view()),
    path("/status", companies.CompanyStatus.as_view()),
    path("/payments", methods.OneCompanyMethods.as_view()),
    path("/credit", credit.Credit.as_view()),
    path("/payment-terms", credit.Terms.as_view()),
    path("/subsidiaries", hierarchy.Subsidiaries.as_view()),
    path("/subsidiaries/<id:child_id>", hierarchy.OneSubsidiary.as_view()),
    path("/hierarchy", hierarchy.Hierarchy.as_view()),
    path("/parent", hierarchy.Parent.as_view()),
]

management: list[URLPattern | URLResolver] = [
    path("channels", channels.Channels.as_view()),
    path("channels/<id:channel_id>", channels.OneChannel.as_view()),
    path("companies", companies.Companies.as_view()),
    path("companies/extra-fields", extras.CompanyExtraFields.as_view()),
    path("companies/<id:company_id>", include(one_company)),
    path("company-payment-methods", methods.ActiveMethods.as_view()),
    path("customers/<id:customer_id>/orders/b2b", orders.AssignToOwnCompany.as_view()),
    path("customers/<id:customer_id>/orders/company", orders.AssignToCompany.as_view()),
    path("orders", orders.Orders.as_view()),
    path("orders/extra-fields", extras.OrderExtraFields.as_view()),
    path("orders/<id:bc_order_id>", orders.OneOrder.as_view()),
    path("orders/<id:bc_order_id>/products", orders.OrderProducts.as_view()),
    path("payments", methods.Catalogue.as_view()),
    path("users", users.Users.as_view()),
    path("users/extra-fields", extras.UserExtraFields.as_view()),
    path("users/customer/<id:customer_id>", users.UserOfCustomer.as_view()),
    path("users/<id:user_id>", users.OneUser.as_view()),
]

urlpatterns = [
    path("api/v3/io/ip/", include(invoice_portal)),
    path("api/v3/io/", include(management)),
    path("stores/sandbox/v3/hooks", webhooks.Webhooks.as_view()),
    path("stores/sandbox/v3/hooks/<id:webhook_id>", webhooks.OneWebhook.as_view()),
    path("files/invoices/<str:token>.pdf", pdfs.download),
    path("_sandbox/", include("arportal.sandbox.control_urls")),
]


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    answer = refusals.plain(404, "This resource is not found.")
    if quirks.get("unknown_route") == "bare":
        answer = refusals.bare(404, "Not Found")
    return JsonResponse(answer.body, status=404)


def failed(request: HttpRequest) -> HttpResponseBase:
    body = {"code": 500, "data": {}, "meta": {"message": "Internal Server Error"}}
    return JsonResponse(body, status=500)


handler404 = not_found
handler500 = failed
