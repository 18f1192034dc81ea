"""Copies of the PDFs of open invoices, made beforehand while there is nothing better to do.

Whoever then asks for many of them at once has most of them at once.
"""

import logging
from dataclasses import dataclass

from arportal.documents.branding.letterheads import Letterhead, letterhead_of
from arportal.documents.einvoices.making import einvoice_key, made_of
from arportal.documents.einvoices.reasons import Incomplete
from arportal.documents.einvoices.records import Known, known_of_many
from arportal.documents.exports import copies
from arportal.documents.invoices import DocumentFailed, PdfUnavailable, content_key, job_of
from arportal.documents.models import Export
from arportal.documents.rendering import cache
from arportal.documents.rendering.files import made_once
from arportal.mirror.models import Invoice
from arportal.mirror.rate_limit.budget import budget_of
from arportal.stores.models import Store

logger = logging.getLogger(__name__)

# A step's work: what it looks at, what it makes here, and what it asks of the store.
LOOKED_AT, MADE, FETCHED = 200, 50, 10


@dataclass
class Step:
    """One step's result; `before` is where the next one goes on: the walk goes from the newest invoice down."""

    before: int | None = None
    made: int = 0
    fetched: int = 0

    @property
    def has_worked(self) -> bool:
        return bool(self.made or self.fetched)

    @property
    def is_enough(self) -> bool:
        return self.made >= MADE or self.fetched >= FETCHED


def warm(store: Store, before: int | None) -> Step:
    """One step of the walk over the store's open invoices; its `before` is None at the end of the walk."""
    step, letterhead = Step(), letterhead_of(store)
    rows = Invoice.objects.filter(store=store, gone_at=None).outstanding().order_by("-api_id")
    below = rows.filter(api_id__lt=before) if before is not None else rows
    invoices = list(below[:LOOKED_AT])
    known = known_of_many(store, (invoice.company_id for invoice in invoices))
    for invoice in invoices:
        _make_copies(store, letterhead, invoice, step)
        _make_einvoice(letterhead, invoice, known[invoice.company_id], step)
        if step.is_enough:
            step.before = invoice.api_id
            return step
    step.before = invoices[-1].api_id if len(invoices) == LOOKED_AT else None
    return step


def has_room(store: Store) -> bool:
    """True if the store listens, most of its requests are left, and no export of it is under way."""
    budget = budget_of(store)
    ours = budget.allocated - budget.reserve
    is_quiet = not budget.is_open and not budget.problem and budget.used_by_us_last_minute < ours / 2
    return is_quiet and not Export.objects.filter(store=store).unfinished().exists()


def _make_einvoice(letterhead: Letterhead, invoice: Invoice, known: Known, step: Step) -> None:
    """Makes the e-invoice, unless it is kept, of an invoice that can be one."""
    if known.facts is None or cache.has(einvoice_key(invoice, known.facts, known.buyer, letterhead)):
        return
    try:
        made_of(invoice, known.facts, known.buyer, letterhead)
        step.made += 1
    except Incomplete:
        pass
    except DocumentFailed as failed:
        logger.info("no e-invoice of invoice %s beforehand: %s", invoice.api_id, failed)


def _make_copies(store: Store, letterhead: Letterhead, invoice: Invoice, step: Step) -> None:
    """Makes our PDF and fetches the store's, unless they are kept; one that cannot be had does not stop the walk."""
    key = content_key(letterhead, invoice)
    if not cache.has(key):
        step.made += 1
        try:
            made_once("", key, lambda: job_of(letterhead, invoice))
        except DocumentFailed as failed:
            logger.info("no PDF of invoice %s beforehand: %s", invoice.api_id, failed)
    if not copies.is_kept(invoice):
        step.fetched += 1
        try:
            copies.fetched(store, invoice)
        except PdfUnavailable as unavailable:
            logger.info("no PDF of the store's of invoice %s beforehand: %s", invoice.api_id, unavailable)
