"""One invoice, and its PDF."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from arportal.desk.invoice_sheet import sheet_of
from arportal.desk.pages import DeskRequest, page
from arportal.documents.invoices import PdfUnavailable, store_pdf
from arportal.mirror.models import Invoice
from arportal.stores.access import Permission


@page(Permission.READ)
def invoice(request: DeskRequest, invoice_id: int) -> HttpResponse:
    sheet = sheet_of(request.actor, seen_invoice(request, invoice_id))
    return render(request, "invoices/page.html", {"invoice": sheet.invoice, "sheet": sheet})


@page(Permission.READ)
def invoice_pdf(request: DeskRequest, invoice_id: int) -> HttpResponse:
    """The store's own PDF, passed on under a real file name; when there is none, the invoice page says why."""
    invoice = seen_invoice(request, invoice_id)
    try:
        pdf = store_pdf(request.actor, invoice)
    except PdfUnavailable as unavailable:
        found = {"invoice": invoice, "sheet": sheet_of(request.actor, invoice), "problem": str(unavailable)}
        return render(request, "invoices/page.html", found, status=502)
    response = HttpResponse(pdf.content, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(True, pdf.filename)
    return response


def seen_invoice(request: DeskRequest, invoice_id: int) -> Invoice:
    found = Invoice.objects.visible_to(request.actor).filter(api_id=invoice_id).first()
    if found is None:
        raise Http404(_("There is no such invoice."))
    return found
