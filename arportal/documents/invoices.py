"""The PDF of an invoice."""

import re
from dataclasses import dataclass

from arportal.mirror.models import Invoice
from arportal.mirror.pdf import PdfUnavailable, fetch_invoice_pdf
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership

__all__ = ["Pdf", "PdfUnavailable", "store_pdf"]


@dataclass(frozen=True)
class Pdf:
    """`filename` is safe on every system; `content` starts with %PDF."""

    filename: str
    content: bytes


def store_pdf(actor: Membership, invoice: Invoice) -> Pdf:
    """The invoice as the store prints it. Raises NotAllowed, PdfUnavailable."""
    require(actor, Permission.READ, company_id=invoice.company_id)
    return Pdf(_filename(invoice), fetch_invoice_pdf(actor.store, invoice.api_id))


def _filename(invoice: Invoice) -> str:
    """Such as `INV-00000141 Acme.pdf`: letters of any script stay, what a file system forbids goes."""
    number = invoice.number if invoice.number.upper().startswith("INV") else f"INV-{invoice.number}"
    name = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*]+', " ", f"{number} {invoice.company_name}")
    return f"{' '.join(name.split())[:120].rstrip('. ')}.pdf"
