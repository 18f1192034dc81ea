"""Models: how a store's documents look, what e-invoices say, and what is kept of the documents we make."""

from arportal.documents.models.branding import Branding, Logo
from arportal.documents.models.einvoices import EInvoiceBuyer, EInvoiceSeller, EInvoiceTaxes
from arportal.documents.models.exports import Archive, ArchivePiece, Export, ExportFile, ExportItem

__all__ = [
    "Archive",
    "ArchivePiece",
    "Branding",
    "EInvoiceBuyer",
    "EInvoiceSeller",
    "EInvoiceTaxes",
    "Export",
    "ExportFile",
    "ExportItem",
    "Logo",
]
