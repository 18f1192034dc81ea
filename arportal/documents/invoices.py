"""PDFs of an invoice: the store's own, passed on, and ours, made from the mirror."""

from arportal.documents.branding.letterheads import Letterhead, letterhead_of
from arportal.documents.invoice_view import InvoiceView
from arportal.documents.parts import company_lines, has_address
from arportal.documents.rendering.cache import key_of
from arportal.documents.rendering.files import Pdf, file_name, made_once
from arportal.documents.rendering.render_job import RenderJob
from arportal.documents.rendering.rendering import DocumentFailed, make_job
from arportal.documents.version import VERSION
from arportal.mirror.files.pdf import PdfUnavailable, fetch_invoice_pdf
from arportal.mirror.models import Company, Invoice
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership

__all__ = ["DocumentFailed", "Pdf", "PdfUnavailable", "content_key", "our_pdf", "store_pdf"]


def store_pdf(actor: Membership, invoice: Invoice) -> Pdf:
    """The invoice as the store prints it. Raises NotAllowed, PdfUnavailable."""
    require(actor, Permission.READ, company_id=invoice.company_id)
    return Pdf(file_name_of(invoice), fetch_invoice_pdf(actor.store, invoice.api_id))


def our_pdf(actor: Membership, invoice: Invoice, letterhead: Letterhead | None = None) -> Pdf:
    """The invoice from the mirror, with the store's branding; made only once for the same content.

    Who makes many reads the `letterhead` once. Raises NotAllowed, DocumentFailed.
    """
    require(actor, Permission.READ, company_id=invoice.company_id)
    letterhead = letterhead or letterhead_of(actor.store)
    return made_once(
        file_name_of(invoice), content_key(letterhead, invoice), lambda: job_of(letterhead, invoice)
    )


def content_key(letterhead: Letterhead, invoice: Invoice) -> str:
    """Another one whenever our PDF may look different: by the invoice's data, the branding, the template."""
    return key_of(
        "our invoice",
        VERSION,
        letterhead.fingerprint,
        # All that the document may read of an invoice itself.
        invoice.raw,
        invoice.number,
        invoice.company_name,
        invoice.currency,
        invoice.status,
        invoice.original_balance,
        invoice.open_balance,
        invoice.issued_on,
        invoice.due_on,
        invoice.order_number,
        invoice.purchase_order_number,
        company_of(invoice),
    )


def job_of(letterhead: Letterhead, invoice: Invoice) -> RenderJob:
    """Raises DocumentFailed."""
    view = InvoiceView(invoice, letterhead, company_of(invoice))
    return make_job("invoice.html", {"view": view}, letterhead)


def company_of(invoice: Invoice) -> tuple[str, ...]:
    """The lines of the company's own address, for an invoice that bears none; else empty."""
    if has_address(invoice.raw):
        return ()
    company = Company.objects.filter(store_id=invoice.store_id, api_id=invoice.company_id).first()
    return company_lines(company.raw) if company else ()


def file_name_of(invoice: Invoice) -> str:
    number = invoice.number if invoice.number.upper().startswith("INV") else f"INV-{invoice.number}"
    return file_name(number, invoice.company_name)
