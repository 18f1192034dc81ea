"""Sources of one file of an export: the cache, the store, or our own templates."""

import datetime as dt
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.b2b.errors import RateLimited
from arportal.documents.branding.letterheads import Letterhead
from arportal.documents.einvoices.best import best_document
from arportal.documents.einvoices.records import known_of
from arportal.documents.exports import copies, statements
from arportal.documents.invoices import DocumentFailed, PdfUnavailable, our_pdf
from arportal.documents.models import Export, ExportItem
from arportal.mirror.models import Invoice
from arportal.mirror.rate_limit.budget import budget_of
from arportal.stores.models import Store


@dataclass(frozen=True)
class Got:
    """`was_kept`: it came from the cache; nothing was asked of the store, nothing was made."""

    content: bytes = field(repr=False)
    was_kept: bool
    # Of an e-invoice.
    xml: bytes = field(default=b"", repr=False)
    profile: str = ""
    verdict: str = ""


class Failed(Exception):
    """There is no PDF of this invoice; the message says why. `may_pass`: another try may succeed."""

    def __init__(self, reason: str, *, may_pass: bool) -> None:
        super().__init__(reason)
        self.may_pass = may_pass


class NotNow(Exception):
    """The store cannot be asked for so many seconds; nothing was sent. The message says why."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = max(1.0, seconds)

    @property
    def pause(self) -> dt.timedelta:
        return dt.timedelta(seconds=self.seconds)


def pdf_of(export: Export, item: ExportItem, letterhead: Letterhead) -> Got:
    """The PDF of an item's invoice or statement as it is now; a mail's statement is queued. Raises Failed, NotNow."""
    if export.of == Export.Of.STATEMENTS:
        return _statement(export, item, letterhead)
    # Looked up anew each time: meanwhile it may have gone, or the person may have lost the right to see it.
    invoice = Invoice.objects.visible_to(export.actor).filter(api_id=item.invoice_id or 0).first()
    if invoice is None:
        raise Failed(_("The invoice is no longer at the store, or you may not see it."), may_pass=False)
    # Who may see the export was settled by the companies it began with.
    if invoice.company_id not in export.company_ids:
        raise Failed(_("The invoice was moved to another company meanwhile."), may_pass=False)
    if export.source != Export.Source.STORE:
        try:
            return _made(export, invoice, letterhead)
        except DocumentFailed as failed:
            raise Failed(str(failed), may_pass=False) from failed
    kept = copies.kept(invoice)
    return Got(kept, was_kept=True) if kept is not None else _from_store(export.store, invoice)


def _made(export: Export, invoice: Invoice, letterhead: Letterhead) -> Got:
    """Made here from the mirror. Raises DocumentFailed."""
    if export.source == Export.Source.OURS:
        pdf = our_pdf(export.actor, invoice, letterhead)
        return Got(pdf.content, pdf.was_kept)
    known = known_of(export.store, invoice.company_id)
    best = best_document(export.actor, invoice, known, letterhead)
    return Got(best.pdf.content, best.pdf.was_kept, best.xml, best.profile, best.verdict)


def _statement(export: Export, item: ExportItem, letterhead: Letterhead) -> Got:
    try:
        statement = statements.statement_of(export, item)
        if export.shape == Export.Shape.MAIL:
            return Got(statements.queue(export, statement, letterhead), was_kept=False)
        pdf = statements.pdf_of(export, statement, letterhead)
        return Got(pdf.content, pdf.was_kept)
    except statements.NoStatement as none:
        raise Failed(str(none), may_pass=none.may_pass) from none


def _from_store(store: Store, invoice: Invoice) -> Got:
    budget = budget_of(store)
    pause = (budget.opens_until - timezone.now()).total_seconds() if budget.opens_until else 0.0
    if pause > 0:
        # While the circuit is open nothing would be sent: that is no failure of the file.
        raise NotNow(budget.problem, pause)
    try:
        return Got(copies.fetched(store, invoice), was_kept=False)
    except PdfUnavailable as unavailable:
        cause = unavailable.__cause__
        if isinstance(cause, RateLimited):
            raise NotNow(_("The store's requests for this minute are used up."), cause.wait) from unavailable
        raise Failed(str(unavailable), may_pass=unavailable.may_pass) from unavailable
