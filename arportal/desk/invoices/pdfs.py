"""PDFs of an invoice: the store's own, and ours; where there is none the invoice's page says why."""

from django.http import HttpResponse

from arportal.desk.invoices.page import get_invoice_or_404, invoice_page
from arportal.desk.site.files import pdf_sent
from arportal.desk.site.pages import DeskRequest, page
from arportal.documents.invoices import DocumentFailed, PdfUnavailable, our_pdf, store_pdf
from arportal.stores.access import Permission


@page(Permission.READ)
def invoice_pdf(request: DeskRequest, invoice_id: int) -> HttpResponse:
    """The store's own PDF, passed on under a real file name."""
    invoice = get_invoice_or_404(request, invoice_id)
    try:
        return pdf_sent(store_pdf(request.actor, invoice))
    except PdfUnavailable as unavailable:
        return invoice_page(request, invoice, str(unavailable), status=502)


@page(Permission.READ)
def our_invoice_pdf(request: DeskRequest, invoice_id: int) -> HttpResponse:
    """Our PDF, made from the mirror with the store's branding, whether the store can be asked or not."""
    invoice = get_invoice_or_404(request, invoice_id)
    try:
        return pdf_sent(our_pdf(request.actor, invoice))
    except DocumentFailed as failed:
        return invoice_page(request, invoice, str(failed), status=422)
