"""Files of an invoice: the store's own PDF, ours, and e-invoices; where there is none the invoice's page says why."""

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from arportal.desk.invoices.einvoice import PROFILES
from arportal.desk.invoices.page import get_invoice_or_404, invoice_page
from arportal.desk.site.files import pdf_sent
from arportal.desk.site.pages import DeskRequest, page
from arportal.documents.einvoices.making import einvoice_pdf, einvoice_xml
from arportal.documents.einvoices.profiles import Profile
from arportal.documents.einvoices.reasons import Incomplete
from arportal.documents.einvoices.records import known_of
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


@page(Permission.READ)
def invoice_einvoice(request: DeskRequest, invoice_id: int, profile: str) -> HttpResponse:
    """The invoice as an e-invoice of this profile; where it cannot be made its page says why."""
    invoice = get_invoice_or_404(request, invoice_id)
    kind = PROFILES.get(profile)
    if kind is None:
        raise Http404(_("There is no such kind of e-invoice."))
    known = known_of(request.store, invoice.company_id)
    if known.facts is None:
        return invoice_page(request, invoice, _("E-invoices are not set up yet."), status=422)
    try:
        if kind is Profile.FACTUR_X:
            return pdf_sent(einvoice_pdf(request.actor, invoice, known.facts, known.buyer))
        name, xml = einvoice_xml(request.actor, invoice, kind, known.facts, known.buyer)
    except (Incomplete, DocumentFailed) as failed:
        return invoice_page(request, invoice, str(failed), status=422)
    disposition = content_disposition_header(True, name)
    return HttpResponse(xml, content_type="application/xml", headers={"Content-Disposition": disposition})
