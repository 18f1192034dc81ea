"""Every address of the sandbox; a literal segment stands before an id of the same place (contract 1.7)."""

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import include, path

from arportal.sandbox import companies, converters, invoices, methods, payments, pdfs

__all__ = ["converters"]

invoice_portal = [
    path("invoices", invoices.Invoices.as_view()),
    path("invoices/<id:invoice_id>", invoices.OneInvoice.as_view()),
    path("invoices/<id:invoice_id>/download-pdf", invoices.InvoicePdf.as_view()),
    path("payments", payments.Payments.as_view()),
    path("payments/offline", payments.OfflinePayments.as_view()),
    path("payments/<id:payment_id>", payments.OnePayment.as_view()),
    path("payments/<id:payment_id>/processing-status", payments.ProcessingStatus.as_view()),
]

management = [
    path("companies", companies.Companies.as_view()),
    path("companies/<id:company_id>", companies.OneCompany.as_view()),
    path("companies/<id:company_id>/payments", methods.OneCompanyMethods.as_view()),
    path("payments", methods.Catalogue.as_view()),
    path("company-payment-methods", methods.ActiveMethods.as_view()),
]

urlpatterns = [
    path("api/v3/io/ip/", include(invoice_portal)),
    path("api/v3/io/", include(management)),
    path("files/invoices/<str:token>.pdf", pdfs.download),
    path("_sandbox/", include("arportal.sandbox.control.urls")),
]


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    body = {"code": 404, "data": {}, "meta": {"message": "This resource is not found."}}
    return JsonResponse(body, status=404)


def failed(request: HttpRequest) -> HttpResponseBase:
    body = {"code": 500, "data": {}, "meta": {"message": "Internal Server Error"}}
    return JsonResponse(body, status=500)


handler404 = not_found
handler500 = failed
