"""The open invoices of a statement, to go along with its mail: each an e-invoice where it can be one."""

from arportal.documents.branding.letterheads import Letterhead
from arportal.documents.einvoices.best import best_document
from arportal.documents.einvoices.records import known_of_many
from arportal.mirror.models import Invoice
from arportal.receivables.mails.queue import Attached
from arportal.stores.models import Membership

# Of one mail: whoever has to pay more of them needs another way, and mail servers refuse what is too large.
MOST = 20


def invoice_files(actor: Membership, invoice_ids: list[int], letterhead: Letterhead) -> list[Attached]:
    """The PDFs of these invoices, the oldest first. Raises DocumentFailed."""
    invoices = list(
        Invoice.objects.visible_to(actor).filter(api_id__in=invoice_ids).order_by("issued_on", "api_id")
    )
    known = known_of_many(actor.store, (invoice.company_id for invoice in invoices))
    best = [best_document(actor, invoice, known[invoice.company_id], letterhead) for invoice in invoices]
    return [Attached(each.pdf.filename, each.pdf.content) for each in best]
