"""Copies of the store's PDFs in the cache, each for as long as its invoice does not change."""

from django.utils import timezone

from arportal.documents.rendering import cache
from arportal.mirror.api.connections import background
from arportal.mirror.files.pdf import fetch_invoice_pdf
from arportal.mirror.models import Invoice
from arportal.stores.models import Store

# Days. A store may give its PDFs another look without touching an invoice.
LONGEST = 7


def kept(invoice: Invoice) -> bytes | None:
    """The store's PDF of the invoice as it is now, if a copy is at hand."""
    return cache.get(_key(invoice)) if invoice.updated_at else None


def is_kept(invoice: Invoice) -> bool:
    return invoice.updated_at is not None and cache.has(_key(invoice))


def fetched(store: Store, invoice: Invoice) -> bytes:
    """The store's PDF, asked for as background work so that people go first, and kept. Raises PdfUnavailable."""
    with background():
        content = fetch_invoice_pdf(store, invoice.api_id)
    if invoice.updated_at:
        cache.put(_key(invoice), content)
    return content


def _key(invoice: Invoice) -> str:
    # The invoices' weeks begin on different days, so that not all copies grow old at once.
    week = (timezone.now().toordinal() + invoice.api_id) // LONGEST
    version = (invoice.updated_at, invoice.status, invoice.open_balance, week)
    return cache.key_of("the store's invoice", invoice.store_id, invoice.api_id, *version)
